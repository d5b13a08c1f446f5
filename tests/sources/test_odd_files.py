"""What may stand in the place of a mark, a lock or a note of Claude Code's lists, and does no harm."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import Busy, StorageFailed
from plans.domain.verbs import shaping
from plans.store.formats import folder_lock
from plans.store.orders import Guard, Order
from plans.store.sources import lists
from tests.sources.scene import ANN, add_step, contents, put_list

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from plans.store.all_plans import AllPlans
    from tests.sources.scene import Machine

PLAN = "claude.release-train"


def fifo(path: Path) -> None:
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.mkdir()


def link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def rubbish(path: Path) -> None:
    path.write_bytes(b"\xff\x00 12 or so")


def far_too_long(path: Path) -> None:
    path.write_bytes(b"9" * 20_000_000)


def put_mark(tasks: Path, put: Callable[[Path], None]) -> None:
    (tasks / ".highwatermark").unlink()
    put(tasks / ".highwatermark")


MARKS = [fifo, folder, link, rubbish, far_too_long]


def remove(store: AllPlans, number: int) -> str:
    """Remove a step as a person; gives why the files cannot say so yet."""
    order = Order(
        by=ANN, verb="remove", step=number, guard=Guard.STEP, expected=store.read(PLAN).plan.revision
    )
    return store.change(PLAN, lambda plan: shaping.remove(plan, number, by=ANN), order).late


@pytest.mark.parametrize("put", MARKS)
def test_a_mark_that_is_no_number_counts_as_none(
    machine: Machine, tasks: Path, put: Callable[[Path], None]
) -> None:
    put_mark(tasks, put)
    store = machine.store()
    assert store.read(PLAN).problem is None
    assert store.read(PLAN).plan.next_number == 11
    add_step(store, PLAN, "One more")
    assert json.loads((tasks / "11.json").read_bytes())["subject"] == "One more"
    assert store.verify(PLAN) == []


@pytest.mark.parametrize("put", [fifo, link, rubbish])
def test_a_mark_that_is_no_number_gives_way_to_one(
    machine: Machine, tasks: Path, put: Callable[[Path], None]
) -> None:
    put_mark(tasks, put)
    store = machine.store()
    store.adopt(PLAN)
    add_step(store, PLAN, "One more")
    assert remove(store, 11) == ""
    assert contents(tasks)[".highwatermark"] == b"11"
    assert not (tasks / ".highwatermark").is_symlink()
    assert not (tasks / "11.json").exists()
    assert store.verify(PLAN) == []


def test_a_folder_in_the_marks_place_keeps_a_task_until_it_is_gone_and_is_named(
    machine: Machine, tasks: Path
) -> None:
    put_mark(tasks, folder)
    store = machine.store()
    store.adopt(PLAN)
    add_step(store, PLAN, "One more")
    assert ".highwatermark" in remove(store, 11)
    assert not store.read(PLAN).plan.has_step(11)
    assert (tasks / "11.json").exists(), "its number would be given again"
    (tasks / ".highwatermark").rmdir()
    store.adopt(PLAN)
    assert contents(tasks)[".highwatermark"] == b"11"
    assert not (tasks / "11.json").exists()
    assert store.verify(PLAN) == []


def file(path: Path) -> None:
    path.write_text("")


def filled_folder(path: Path) -> None:
    path.mkdir()
    (path / "something").write_text("of somebody")


@pytest.mark.parametrize(
    ("put", "words"), [(file, "is not a folder"), (filled_folder, "is a folder that holds something")]
)
def test_what_is_no_lock_but_stands_in_its_place_is_named_and_left(
    machine: Machine, tasks: Path, put: Callable[[Path], None], words: str
) -> None:
    store = machine.store()
    store.adopt(PLAN)
    lock = tasks / ".lock.lock"
    put(lock)
    os.utime(lock, (1, 1))
    before = sorted(tasks.iterdir())
    with pytest.raises(StorageFailed, match=words) as refused:
        add_step(store, PLAN, "Not now")
    assert str(lock) in refused.value.message
    assert "Remove what stands in the lock's place" in refused.value.advice
    assert sorted(tasks.iterdir()) == before
    assert store.read(PLAN).plan.revision == 1
    lock.rename(tasks.parent / "elsewhere")
    add_step(store, PLAN, "Now")
    assert store.verify(PLAN) == []


def test_a_filled_lock_that_is_touched_is_a_living_programs(
    machine: Machine, tasks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = machine.store()
    store.adopt(PLAN)
    monkeypatch.setattr("plans.store.peer_locking.PEER_WAIT", 0.05)
    filled_folder(tasks / ".lock.lock")
    with pytest.raises(Busy):
        add_step(store, PLAN, "Not now")


def test_who_dies_between_a_journals_folder_and_its_note_leaves_the_note_to_the_next(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_list(machine, "constructed/release-train")
    with monkeypatch.context() as patched:

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "full")

        patched.setattr(lists, "replace_file", full)
        with pytest.raises(StorageFailed, match="disk is full"):
            machine.store().adopt(PLAN)
    store = machine.store()
    add_step(store, PLAN, "One more")
    (machine.tasks / "release-train").rename(machine.folder / "gone")
    assert PLAN in machine.store().namespaces(), "it is known by its note alone"
    (note,) = (machine.folder / "home").glob("sources/claude/*/*/source.json")
    assert json.loads(note.read_bytes())["list"] == "release-train"


def test_a_lock_that_is_another_programs_by_now_is_left(tmp_path: Path) -> None:
    lock = tmp_path / ".lock.lock"
    with folder_lock.locked(str(tmp_path), lock.name, what="it", wait=0) as identity:
        lock.rmdir()
        lock.mkdir()
        os.utime(lock, (1, 1))
    assert lock.is_dir()
    folder_lock.release_leftover(str(tmp_path), lock.name, identity)
    assert lock.is_dir()
    lock.rmdir()
    with folder_lock.locked(str(tmp_path), lock.name, what="it", wait=0):
        lock.rmdir()
    assert not lock.exists()
