"""What another program does to its list between two looks of ours, or between a look and our writing."""

from __future__ import annotations

import errno
import json
import os
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import PlanNotFound, StorageFailed
from plans.domain.verbs import shaping
from plans.store import atomic_write
from plans.store.orders import Guard, Order
from plans.store.sources import source_file
from plans.sync.sweeping import stamp_in
from tests.sources.scene import ANN, add_step, change, contents, edit_step, put_document
from tests.sources.test_interrupted import Died, dies_at, rewire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from plans.domain.plan import Plan
    from tests.sources.scene import Machine

PLAN = "claude.release-train"
DOCUMENT = "docker.release"


def vanishes_at(monkeypatch: pytest.MonkeyPatch, call: str, file: Path) -> None:
    """Let a file go just before the system is asked for it."""
    real = getattr(os, call)

    def asked(path: object, *args: object, **named: object) -> object:
        if str(path) == str(file):
            file.unlink(missing_ok=True)
        return real(path, *args, **named)

    monkeypatch.setattr(os, call, asked)


def before_we_write(monkeypatch: pytest.MonkeyPatch, doing: Callable[[], object]) -> None:
    """Let the program, which knows no lock, do something just before our first file is written."""
    write: Callable[..., object] = atomic_write.replace_file
    left = [doing]

    def slow(*args: object, **named: object) -> object:
        if left:
            left.pop()()
        return write(*args, **named)

    monkeypatch.setattr(source_file, "replace_file", slow)


def task(tasks: Path, number: int, **changes: object) -> None:
    """Change a task as Claude Code writes it: in place."""
    file = tasks / f"{number}.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | changes, indent=2, ensure_ascii=False))


class TestFilesThatVanish:
    """A program removes files whenever it likes, also after we saw that they are there."""

    @pytest.mark.parametrize("call", ["stat", "open"])
    def test_a_task_that_goes_while_its_list_is_read_is_a_removed_one(
        self, machine: Machine, tasks: Path, monkeypatch: pytest.MonkeyPatch, call: str
    ) -> None:
        machine.store().adopt(PLAN)
        store = machine.store()
        with monkeypatch.context() as patched:
            vanishes_at(patched, call, tasks / "6.json")
            reading = store.read(PLAN)
        assert reading.problem is None
        assert not reading.plan.has_step(6)
        assert reading.plan.has_step(5)
        assert store.verify(PLAN) == []

    def test_a_task_that_goes_while_its_list_is_swept_does_not_hide_the_others(
        self, machine: Machine, tasks: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = machine.store()
        assert store.namespaces() == [PLAN]
        with monkeypatch.context() as patched:
            vanishes_at(patched, "stat", tasks / "6.json")
            assert stamp_in(store, PLAN) is not None

    @pytest.mark.parametrize("call", ["stat", "open"])
    def test_a_document_that_goes_while_it_is_read_is_shown_as_it_was_last(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch, call: str
    ) -> None:
        """Red where what was listed is taken to be read: the format looks for its one file, and falls."""
        file = machine.documents / f"{put_document(machine, 'release')}.json"
        steps = machine.store().read(DOCUMENT).plan.steps
        store = machine.store()
        with monkeypatch.context() as patched:
            vanishes_at(patched, call, file)
            reading = store.read(DOCUMENT)
        assert reading.problem is not None
        assert reading.problem.kind == "missing"
        assert reading.plan.steps == steps

    def test_a_document_that_goes_before_it_was_ever_read_is_no_plan(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = machine.documents / f"{put_document(machine, 'release')}.json"
        store = machine.store()
        assert DOCUMENT in store.namespaces()
        with monkeypatch.context() as patched:
            vanishes_at(patched, "stat", file)
            with pytest.raises(PlanNotFound):
                store.look(DOCUMENT)


class TestWhatIsWrittenMeanwhile:
    """Nothing that a program wrote is overwritten unseen, and our change stands beside it."""

    def test_the_same_written_anew_is_no_change_and_hinders_none(
        self, machine: Machine, tasks: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = machine.store()
        store.adopt(PLAN)
        same = (tasks / "6.json").read_bytes()
        with monkeypatch.context() as patched:
            before_we_write(patched, lambda: (tasks / "6.json").write_bytes(same))
            changed = edit_step(store, PLAN, 6, title="Tell everybody")
        assert not changed.late
        assert json.loads((tasks / "6.json").read_bytes())["subject"] == "Tell everybody"
        assert [line.verb for line in store.lines(PLAN)] == ["adopt", "edit"]

    def test_what_both_wrote_alike_is_one_change(
        self, machine: Machine, tasks: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = machine.store()
        store.adopt(PLAN)
        with monkeypatch.context() as patched:
            before_we_write(patched, lambda: task(tasks, 6, subject="Tell everybody"))
            changed = edit_step(store, PLAN, 6, title="Tell everybody")
        assert not changed.late
        theirs = (tasks / "6.json").read_bytes()
        assert store.adopt(PLAN) is None
        assert (tasks / "6.json").read_bytes() == theirs
        assert [line.verb for line in store.lines(PLAN)] == ["adopt", "edit"]

    def test_a_task_that_is_worked_on_while_we_remove_it_stays(
        self, machine: Machine, tasks: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Red where a file is removed without a last look at it: what was written into it is lost."""
        store = machine.store()
        number = add_step(store, PLAN, "One more").plan.steps[-1].number
        with monkeypatch.context() as patched:  # our first file is the mark of the highest number
            before_we_write(patched, lambda: task(tasks, number, description="Theirs"))
            change(store, PLAN, lambda plan: shaping.remove(plan, number, by=ANN), verb="remove")
        assert store.read(PLAN).plan.step(number).notes == "Theirs"
        assert json.loads((tasks / f"{number}.json").read_bytes())["description"] == "Theirs"
        assert store.verify(PLAN) == []

    def test_what_is_being_written_when_a_change_comes_is_taken_in_first(
        self, machine: Machine, tasks: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Claude Code is in the middle of a file, under its lock; we get the lock when it is done."""
        store = machine.store()
        store.adopt(PLAN)
        whole = (tasks / "6.json").read_bytes()
        take = os.mkdir

        def done(path: str) -> None:
            (tasks / "6.json").write_bytes(whole)
            task(tasks, 6, description="Theirs")
            take(path)

        with monkeypatch.context() as patched:
            (tasks / "6.json").write_bytes(whole[:40])
            patched.setattr("plans.store.formats.folder_lock.os.mkdir", done)
            change(store, PLAN, lambda plan: shaping.edit(plan, 6, by=ANN, title="Ours"))
        step = store.read(PLAN).plan.step(6)
        assert (step.title, step.notes) == ("Ours", "Theirs")
        assert [line.verb for line in store.lines(PLAN)] == ["adopt", "adopt", "edit"]


class TestRemovals:
    """A task that is removed here is one file less there, whatever its folder says to that."""

    def test_a_disk_that_refuses_the_removal_makes_it_late_and_it_is_done_later(
        self, machine: Machine, tasks: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Red where only a missing permission counts as a refusal."""
        store = machine.store()
        store.adopt(PLAN)

        def broken(*_: object, **__: object) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        with monkeypatch.context() as patched:
            patched.setattr("plans.store.sources.source_file.os.unlink", broken)
            changed = change(store, PLAN, lambda plan: shaping.remove(plan, 6, by=ANN), verb="remove")
        assert "6.json" in changed.late
        assert not changed.plan.has_step(6)
        assert (tasks / "6.json").exists()
        store.adopt(PLAN)
        assert not (tasks / "6.json").exists()
        assert store.verify(PLAN) == []

    def test_a_task_that_both_remove_is_gone(
        self, machine: Machine, tasks: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = machine.store()
        store.adopt(PLAN)
        unlink = os.unlink

        def second(name: str, **named: int) -> None:
            if name == "6.json":
                unlink(tasks / name)
            unlink(name, **named)

        with monkeypatch.context() as patched:
            patched.setattr("plans.store.sources.source_file.os.unlink", second)
            changed = change(store, PLAN, lambda plan: shaping.remove(plan, 6, by=ANN), verb="remove")
        assert not changed.late
        assert not (tasks / "6.json").exists()
        assert store.verify(PLAN) == []

    def test_a_step_that_both_removed_before_a_writer_of_ours_died_stays_removed(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = machine.documents / f"{put_document(machine, 'release')}.json"
        store = machine.store()
        tag = next(step.number for step in store.read(DOCUMENT).plan.steps if step.title == "tag")

        def edit(plan: Plan) -> Plan:
            plan = shaping.remove(plan, tag, by=ANN)
            plan = shaping.add(plan, by=ANN, at=1, title="sign")
            return shaping.add(plan, by=ANN, at=1, title="upload")

        with monkeypatch.context() as patched:
            dies_at(patched, 0)
            with pytest.raises(Died):
                change(machine.store(), DOCUMENT, edit, verb="import")
        text = json.loads(file.read_bytes())
        text |= {"content": text["content"].replace("- [x] tag\n", ""), "revision": 5}
        file.write_text(json.dumps(text))
        store = machine.store()
        store.adopt(DOCUMENT)
        titles = [step.title for step in store.read(DOCUMENT).plan.steps]
        assert titles == ["freeze branch", "publish notes", "sign", "upload"]
        assert "tag" not in json.loads(file.read_bytes())["content"]
        assert store.verify(DOCUMENT) == []


def test_what_we_had_not_written_yet_is_not_undone_by_what_comes_from_a_snapshot(
    machine: Machine, tasks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red where the plan after our change counts as what stood in the files before it."""
    store = machine.store()
    store.adopt(PLAN)
    with monkeypatch.context() as patched:
        dies_at(patched, 0)
        with pytest.raises(Died):
            rewire(store)
    again = machine.store()
    again.look(PLAN)
    again.close()
    assert list((machine.folder / "home").rglob("snapshot.json")), "the next one starts from it"
    task(tasks, 3, status="completed")
    last = machine.store()
    last.adopt(PLAN)
    plan = last.read(PLAN).plan
    assert (plan.step(5).title, plan.step(3).status) == ("Cut it", "completed")
    assert not plan.has_step(6)
    assert json.loads((tasks / "5.json").read_bytes())["subject"] == "Cut it"
    assert "6.json" not in contents(tasks)
    assert last.verify(PLAN) == []


def test_a_list_whose_folder_cannot_be_made_again_is_not_put_back_and_that_is_said(
    machine: Machine, tasks: Path
) -> None:
    store = machine.store()
    add_step(store, PLAN, "One more")
    tasks.rename(machine.folder / "away")
    machine.tasks.rmdir()
    machine.tasks.write_text("no folder")
    order = Order(by=ANN, verb="restore", guard=Guard.PLAN, expected=2)
    with pytest.raises(StorageFailed, match="make"):
        store.restore(PLAN, 1, order)
    assert store.lines(PLAN)[-1].rev == 2
    machine.tasks.unlink()
    store.restore(PLAN, 1, order)
    assert json.loads((tasks / "5.json").read_bytes())["subject"] == "Cut the release"
