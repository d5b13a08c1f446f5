"""What is rare: odd names, disks and folders that refuse, documents without a list."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Never

import pytest
from msgspec.structs import replace

from plans.domain.errors import Busy, StorageFailed, Unreadable
from plans.domain.verbs import planning
from plans.store import paths
from plans.store.bad_file import BadFile
from plans.store.formats import folder_lock
from plans.store.formats.checkboxes import boxes, checked
from plans.store.formats.claude_tasks import ClaudeTasks
from plans.store.formats.docker_agent import DockerAgent
from plans.store.orders import Guard, Order
from plans.store.sheet import Item, Sheet
from plans.store.sources import source_file
from plans.store.sources.source_file import CannotSay
from tests.sources.scene import (
    ANN,
    START,
    Machine,
    add_step,
    contents,
    edit_step,
    never_removed,
    put_document,
    put_list,
)

if TYPE_CHECKING:
    from pathlib import Path

PLAN = "claude.release-train"
TRAIN = "constructed/release-train"


def refuse(*_: object, **__: object) -> Never:
    raise OSError(13, "no")


@pytest.mark.parametrize("name", ["a b", "Größe", "x" * 150])
def test_a_list_with_an_odd_name_is_edited_like_any_other(machine: Machine, name: str) -> None:
    (machine.tasks / put_list(machine, TRAIN)).rename(machine.tasks / name)
    (namespace,) = machine.store("claude").namespaces()
    assert machine.store("claude").read(namespace).plan.title == name
    add_step(machine.store("claude"), namespace, "One more")
    assert (machine.tasks / name / "12.json").exists()
    store = machine.store("claude")
    assert store.read(namespace).plan.revision == 2
    for file in (machine.tasks / name).iterdir():
        file.unlink()
    (machine.tasks / name).rmdir()
    assert machine.store("claude").read(namespace).problem is not None
    assert store.exists(namespace)


def test_a_title_and_a_status_that_are_cleared_are_refused_or_left_out(machine: Machine) -> None:
    file = machine.documents / f"{put_document(machine, 'release')}.json"
    store = machine.store("docker")

    def describe(**words: str) -> None:
        expected = store.read("docker.release").plan.revision
        order = Order(by=ANN, verb="describe", guard=Guard.OWN, expected=expected)
        store.change("docker.release", lambda plan: planning.describe(plan, by=ANN, **words), order)

    describe(title="Release <3>", status="")
    assert "status" not in json.loads(file.read_bytes())
    assert json.loads(file.read_bytes())["title"] == "Release <3>"
    with pytest.raises(CannotSay, match="title"):
        describe(title="")


def test_a_phase_that_an_agent_renames_is_taken_over(machine: Machine) -> None:
    file = machine.documents / f"{put_document(machine, 'checklist-large')}.json"
    store = machine.store("docker")
    store.adopt("docker.checklist-large")
    text = json.loads(file.read_bytes())
    file.write_text(json.dumps(text | {"content": text["content"].replace("## Part 1\n", "## First\n")}))
    changed = store.adopt("docker.checklist-large")
    assert changed is not None
    assert changed.plan.step(1).phase == "First"


def test_a_document_that_is_gone_is_not_put_back_without_its_text(machine: Machine) -> None:
    file = machine.documents / f"{put_document(machine, 'release')}.json"
    store = machine.store("docker")
    store.adopt("docker.release")
    file.unlink()
    order = Order(by=ANN, verb="restore", guard=Guard.PLAN, expected=1)
    with pytest.raises(CannotSay, match="is gone"):
        store.restore("docker.release", 1, order)
    assert not file.exists()


def test_more_than_its_program_reads_is_not_written() -> None:
    item = Item(title="x", notes="n" * (11 * 1024 * 1024))
    files = {"a.json": b'{"content": "- [ ] x"}'}
    with pytest.raises(BadFile, match="10 MiB"):
        DockerAgent().patch(files, Sheet(items=(item,), title="a"), at=START, removed=never_removed)


def test_a_document_without_a_list_gets_one() -> None:
    assert checked("", [], added=[Item(title="first")]) == "- [ ] first\n"
    assert checked("# Text\n\n\n", [], added=[Item(title="first")]) == "# Text\n\n- [ ] first\n"
    assert [box.item.title for box in boxes("# Text\n\n- [ ] first\n")] == ["first"]


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("- [ ]", "- [ ] new"),
        ("- [ ]\r", "- [ ] new\r"),
        ("- [ ] \r", "- [ ] new\r"),
        ("- [x]  ", "- [x]  new"),
        ("- [x]  old \r", "- [x]  new \r"),
    ],
)
def test_a_box_that_says_nothing_can_be_given_a_title(line: str, written: str) -> None:
    (box,) = boxes(line)
    assert checked(line, [(box, replace(box.item, title="new"))]) == written
    assert [box.item.title for box in boxes(written)] == ["new"]


def test_a_task_that_is_nested_beyond_reading_is_said() -> None:
    with pytest.raises(BadFile, match="deep"):
        ClaudeTasks().parse({"1.json": b'{"subject": ' + b"[" * 100_000}, "list")


def test_a_damaged_journal_makes_the_list_read_only(machine: Machine) -> None:
    put_list(machine, TRAIN)
    store = machine.store("claude")
    add_step(store, PLAN, "One more")
    (journal,) = (machine.folder / "home").rglob("journal.jsonl")
    lines = journal.read_bytes().split(b"\n")
    lines[1] = lines[1].replace(b"release-train", b"release-trail")
    journal.write_bytes(b"\n".join(lines))
    fresh = machine.store("claude")
    reading = fresh.read(PLAN)
    assert reading.problem is not None
    assert reading.problem.kind == "damaged"
    with pytest.raises(Unreadable):
        add_step(fresh, PLAN, "Now?")
    assert fresh.verify(PLAN)


def test_a_note_that_says_nothing_hides_only_what_is_gone(machine: Machine) -> None:
    put_list(machine, TRAIN)
    machine.store("claude").adopt(PLAN)
    (note,) = (machine.folder / "home").rglob("source.json")
    note.write_text("[]")
    assert machine.store("claude").namespaces() == [PLAN]


def test_a_place_that_cannot_be_read_is_told_and_harms_no_other(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_list(machine, TRAIN)
    put_document(machine, "release")
    store = machine.store("claude", "docker")
    with monkeypatch.context() as patched:
        patched.setattr(ClaudeTasks, "lists", refuse)
        patched.setattr(ClaudeTasks, "files", refuse)
        found = {source.kind: source for source in store.found()}
        assert "Could not read" in found["claude"].problem
        assert found["docker"].namespaces == ("docker.release",)
        with pytest.raises(StorageFailed):
            store.read(PLAN)


def test_a_lock_that_cannot_be_made_is_said(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    put_list(machine, TRAIN)
    put_document(machine, "release")
    store = machine.store("claude", "docker")
    for namespace in store.namespaces():
        store.adopt(namespace)
    (machine.documents / ".plans.lock").unlink(missing_ok=True)
    (machine.documents / ".plans.lock").symlink_to("nowhere")
    with pytest.raises(StorageFailed, match="lock"):
        edit_step(store, "docker.release", 1, title="New")
    monkeypatch.setattr("plans.store.formats.folder_lock.os.mkdir", refuse)
    with pytest.raises(StorageFailed, match="permission"):
        add_step(store, PLAN, "New")


def test_of_two_that_find_a_lock_stale_only_one_takes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / ".lock.lock"
    lock.mkdir()
    os.utime(lock, (0, 0))
    rename = os.rename

    def other_was_faster(old: str, new: str) -> None:
        monkeypatch.setattr("plans.store.formats.folder_lock.os.rename", rename)
        lock.rmdir()
        lock.mkdir()  # and is alive
        rename(old, new)

    monkeypatch.setattr("plans.store.formats.folder_lock.os.rename", other_was_faster)
    with pytest.raises(Busy), folder_lock.locked(str(tmp_path), ".lock.lock", what="it", wait=0):
        pass
    assert lock.is_dir()
    monkeypatch.setattr("plans.store.formats.folder_lock.os.rename", refuse)
    os.utime(lock, (0, 0))
    with pytest.raises(StorageFailed), folder_lock.locked(str(tmp_path), ".lock.lock", what="it", wait=0):
        pass


def test_a_program_that_never_stops_rewriting_makes_our_change_late(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = machine.tasks / put_list(machine, TRAIN)
    store = machine.store("claude")
    store.adopt(PLAN)
    turns = iter(range(100))

    def overtaken(*_: object, **__: object) -> Never:
        task = json.loads((folder / "6.json").read_bytes())
        (folder / "6.json").write_text(json.dumps(task | {"description": f"Turn {next(turns)}"}))
        raise source_file.Overtaken  # type: ignore[attr-defined]

    with monkeypatch.context() as patched:
        patched.setattr(source_file, "replace_file", overtaken)
        changed = add_step(store, PLAN, "Late")
    assert "keeps rewriting its files" in changed.late
    store.adopt(PLAN)
    assert json.loads(contents(folder)["12.json"])["subject"] == "Late"
    assert "Turn" in store.read(PLAN).plan.step(6).notes
    assert paths.is_namespace(PLAN)
