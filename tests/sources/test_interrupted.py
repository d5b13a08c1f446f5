"""A writer of ours that dies anywhere between its journal and the last of the files loses nothing."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Never

import pytest

from plans.domain.verbs import shaping
from plans.store import atomic_write, paths
from plans.store.orders import Guard, Order
from plans.store.sources import source_file
from tests.sources.scene import ANN, Machine, add_step, change, contents, edit_step, put_document, put_list

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from plans.domain.plan import Plan
    from plans.store.all_plans import AllPlans

PLAN = "claude.release-train"
TRAIN = "constructed/release-train"


class Died(BaseException):
    """The process is gone: nothing of ours runs any more, not even its last wishes for the mark."""


def dies_at(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Let the writer die before it touches file number ``count`` of the list."""
    left = [count]
    replace, unlink = atomic_write.replace_file, os.unlink

    def next_file() -> None:
        if not left[0]:
            raise Died
        left[0] -= 1

    def replaced(*args: object, **kwargs: object) -> object:
        next_file()
        return replace(*args, **kwargs)  # type: ignore[arg-type]

    def unlinked(name: str, **kwargs: int) -> None:
        if name.endswith(".json"):
            next_file()
        unlink(name, **kwargs)

    monkeypatch.setattr(source_file, "replace_file", replaced)
    monkeypatch.setattr("plans.store.sources.source_file.os.unlink", unlinked)
    monkeypatch.setattr(source_file.SourceFile, "rest", lambda _: None)


def rewire(store: AllPlans) -> None:
    """Change three tasks' files at once, add one and remove one."""

    def edit(plan: Plan) -> Plan:
        plan = shaping.edit(plan, 5, by=ANN, needs=(2, 10), title="Cut it")
        plan = shaping.remove(plan, 6, by=ANN)
        return shaping.add(plan, by=ANN, at=1, title="New", needs=(5,))

    change(store, PLAN, edit, verb="import")


def wanted(machine: Machine) -> dict[str, object]:
    """What the files say once the change went through."""
    store = machine.store()
    rewire(store)
    return {name: data for name, data in contents(machine.tasks / "release-train").items() if name != ".lock"}


@pytest.mark.parametrize("files", range(7))
def test_the_next_look_finishes_what_a_dead_writer_began(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    whole, cut = Machine(tmp_path / "whole"), Machine(tmp_path / "cut")
    for machine in (whole, cut):
        machine.root.mkdir(parents=True)
        put_list(machine, TRAIN)
        machine.store().adopt(PLAN)
    expected = wanted(whole)
    with monkeypatch.context() as patched:
        dies_at(patched, files)
        with suppress(Died):  # fewer files may have to change
            rewire(cut.store())
    folder = cut.tasks / "release-train"
    store = cut.store()
    store.adopt(PLAN)
    assert {name: data for name, data in contents(folder).items() if name != ".lock"} == expected
    assert store.verify(PLAN) == []
    assert store.read(PLAN).plan.revision == 2
    assert not (folder / ".lock.lock").exists()


@pytest.mark.parametrize("files", range(6))
def test_what_claude_code_writes_meanwhile_stands_beside_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    folder = machine.tasks / put_list(machine, TRAIN)
    machine.store().adopt(PLAN)
    with monkeypatch.context() as patched:
        dies_at(patched, files)
        with suppress(Died):
            rewire(machine.store())
    task = json.loads((folder / "5.json").read_bytes())
    (folder / "5.json").write_text(json.dumps(task | {"owner": "beta", "description": "Theirs"}, indent=2))
    other = json.loads((folder / "3.json").read_bytes())
    (folder / "3.json").write_text(json.dumps(other | {"status": "completed"}, indent=2))
    store = machine.store()
    store.adopt(PLAN)
    plan = store.read(PLAN).plan
    five = plan.step(5)
    assert (five.title, five.owner, five.notes, set(five.needs)) == ("Cut it", "beta", "Theirs", {2, 10})
    assert plan.step(3).status == "completed"
    assert not plan.has_step(6)
    assert plan.steps[-1].title == "New"
    assert store.verify(PLAN) == []
    assert json.loads((folder / "5.json").read_bytes())["subject"] == "Cut it"


def test_a_document_that_was_not_written_is_written_by_the_next_look(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = machine.documents / f"{put_document(machine, 'release')}.json"
    machine.store().adopt("docker.release")
    with monkeypatch.context() as patched:
        dies_at(patched, 0)
        with pytest.raises(Died):
            edit_step(machine.store(), "docker.release", 3, title="publish")
    assert json.loads(file.read_bytes())["revision"] == 4
    text = json.loads(file.read_bytes())
    text |= {"content": text["content"].replace("- [x] tag", "- [ ] tag"), "revision": 5}
    file.write_text(json.dumps(text))
    store = machine.store()
    store.adopt("docker.release")
    now = json.loads(file.read_bytes())
    assert now["content"].endswith("- [ ] tag\n- [ ] publish")
    assert now["revision"] == 6
    assert store.verify("docker.release") == []


def test_a_disk_that_refuses_the_files_makes_them_late_and_loses_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = machine.tasks / put_list(machine, TRAIN)
    store = machine.store()
    store.adopt(PLAN)

    def full(*_: object, **__: object) -> Never:
        raise paths.storage_failed(OSError(28, ""), "write", "it")

    with monkeypatch.context() as patched:
        patched.setattr(source_file, "replace_file", full)
        changed = add_step(store, PLAN, "Late")
        assert "full" in changed.late
    assert not (folder / "12.json").exists()
    store.adopt(PLAN)
    assert json.loads((folder / "12.json").read_bytes())["subject"] == "Late"
    assert store.verify(PLAN) == []


def test_a_program_that_knows_no_lock_is_not_overwritten(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = machine.tasks / put_list(machine, TRAIN)
    store = machine.store()
    store.adopt(PLAN)
    write: Callable[..., object] = atomic_write.replace_file
    task = json.loads((folder / "6.json").read_bytes())
    meanwhile = [json.dumps(task | {"description": "Faster"}, indent=2)]

    def slow(*args: object, **kwargs: object) -> object:
        if meanwhile:
            (folder / "6.json").write_text(meanwhile.pop())
        return write(*args, **kwargs)

    monkeypatch.setattr(source_file, "replace_file", slow)
    order = Order(by=ANN, verb="edit", step=6, guard=Guard.STEP, expected=store.read(PLAN).plan.revision)
    store.change(PLAN, lambda plan: shaping.edit(plan, 6, by=ANN, title="Ours"), order)
    now = json.loads((folder / "6.json").read_bytes())
    assert (now["subject"], now["description"]) == ("Ours", "Faster")
    step = store.read(PLAN).plan.step(6)
    assert (step.title, step.notes) == ("Ours", "Faster")
    assert store.verify(PLAN) == []
