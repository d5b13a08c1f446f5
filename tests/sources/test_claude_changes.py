"""What Claude Code does to its tasks becomes revisions; its lock, its broken files and its gone lists."""

import json
import os
import shutil
import stat
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from plans.domain.actor import session
from plans.domain.errors import Busy, PersonOnly, PlanNotFound, Unreadable
from plans.domain.plan import Plan
from plans.domain.step import Flag, Kind, RequestKind, Status
from plans.domain.verbs import deciding, shaping
from plans.store.formats import folder_lock
from plans.store.orders import Guard, Order
from plans.store.sources.source_store import KeptElsewhere
from tests.sources.scene import (
    ANN,
    START,
    Machine,
    add_step,
    change,
    contents,
    edit_step,
    put_list,
)

PLAN = "claude.release-train"


def titled(plan: Plan) -> Plan:
    return replace(plan, title="Of the root")


def test_a_task_that_claude_code_changes_becomes_a_revision(machine: Machine, tasks: Path) -> None:
    store = machine.store()
    edit_step(store, PLAN, 6, phase="last")
    task = json.loads((tasks / "6.json").read_bytes())
    (tasks / "6.json").write_text(json.dumps(task | {"status": "in_progress", "owner": "beta"}, indent=2))
    changed = store.adopt(PLAN)
    assert changed is not None
    assert changed.line is not None
    assert changed.line.by == "session:beta"
    step = changed.plan.step(6)
    assert (step.status, step.owner, step.phase) == (Status.IN_PROGRESS, "beta", "last")


def test_edits_here_and_there_of_one_task_both_stand(machine: Machine, tasks: Path) -> None:
    store = machine.store()
    store.adopt(PLAN)
    task = json.loads((tasks / "6.json").read_bytes())
    (tasks / "6.json").write_text(json.dumps(task | {"description": "Theirs"}, indent=2))
    edit_step(store, PLAN, 6, title="Ours")
    step = machine.store().read(PLAN).plan.step(6)
    assert (step.title, step.notes) == ("Ours", "Theirs")
    assert json.loads((tasks / "6.json").read_bytes())["description"] == "Theirs"


def test_tasks_that_claude_code_adds_and_removes_are_steps_that_come_and_go(
    machine: Machine, tasks: Path
) -> None:
    store = machine.store()
    store.adopt(PLAN)
    (tasks / "5.json").unlink()
    new = {
        "id": "12",
        "subject": "New",
        "description": "",
        "status": "pending",
        "blocks": [],
        "blockedBy": ["6"],
    }
    (tasks / "12.json").write_text(json.dumps(new, indent=2))
    changed = store.adopt(PLAN)
    assert changed is not None
    assert [step.number for step in changed.plan.steps] == [1, 2, 3, 6, 10, 12]
    assert changed.plan.step(6).needs == ()  # a blocker that is gone blocks nothing
    assert changed.plan.step(12).needs == (6,)


def test_claude_code_answers_no_request(machine: Machine, tasks: Path) -> None:
    store = machine.store()
    alpha = session("alpha")
    ask = partial(deciding.block, number=2, by=alpha, at=START, kind=RequestKind.APPROVAL, text="May I?")
    change(store, PLAN, ask, verb="block", by=alpha)
    task = json.loads((tasks / "2.json").read_bytes())
    assert task["status"] == "in_progress"
    (tasks / "2.json").write_text(json.dumps(task | {"status": "completed"}, indent=2))
    changed = store.adopt(PLAN)
    assert changed is not None
    step = changed.plan.step(2)
    assert (step.status, step.flag) == (Status.IN_REVIEW, Flag.FINISHED_WITHOUT_APPROVAL)
    assert json.loads((tasks / "2.json").read_bytes())["status"] == "in_progress"
    assert store.verify(PLAN) == []


def test_a_gate_that_is_removed_comes_back(machine: Machine, tasks: Path) -> None:
    store = machine.store()
    number = add_step(store, PLAN, "May we?", kind=Kind.GATE).plan.steps[-1].number
    (tasks / f"{number}.json").unlink()
    store.adopt(PLAN)
    assert (tasks / f"{number}.json").exists()
    assert store.read(PLAN).plan.step(number).flag is Flag.REMOVED_BY_PEER


@pytest.mark.parametrize("text", ["", "{", '{"id": "6"', "[]", "null", '{"subject": 5}'])
def test_a_broken_task_keeps_the_last_good_version_in_view_and_is_never_rewritten(
    machine: Machine, tasks: Path, text: str
) -> None:
    store = machine.store()
    store.adopt(PLAN)
    (tasks / "6.json").write_text(text)
    reading = store.read(PLAN)
    assert reading.problem is not None
    assert "6.json" in reading.problem.message
    assert reading.plan.step(6).title == "Announce"
    with pytest.raises(Unreadable):
        add_step(store, PLAN, "Now?")
    assert (tasks / "6.json").read_text() == text


def test_a_list_that_is_gone_is_shown_so_and_can_be_put_back(machine: Machine, tasks: Path) -> None:
    store = machine.store()
    store.adopt(PLAN)
    before = contents(tasks)
    shutil.rmtree(tasks)
    reading = store.read(PLAN)
    assert reading.problem is not None
    assert reading.problem.kind == "missing"
    assert store.namespaces() == [PLAN]
    revision = reading.plan.revision
    store.restore(PLAN, revision, Order(by=ANN, verb="restore", guard=Guard.PLAN, expected=revision))
    assert store.read(PLAN).problem is None
    assert {name for name in before if name[0] not in ".7"} == set(contents(tasks))
    again = json.loads(contents(tasks)["6.json"])
    assert {key: json.loads(before["6.json"])[key] for key in again} == again


def test_a_list_that_is_gone_can_be_forgotten_and_one_that_is_there_cannot(
    machine: Machine, tasks: Path
) -> None:
    store = machine.store()
    store.adopt(PLAN)
    order = Order(by=ANN, verb="delete")
    with pytest.raises(KeptElsewhere):
        store.delete(PLAN, order)
    shutil.rmtree(tasks)
    store.delete(PLAN, order)
    assert store.namespaces() == []
    with pytest.raises(PlanNotFound):
        store.read(PLAN)


@pytest.mark.parametrize("called", [PLAN, "claude.release-train-d3e47bfd"])
def test_a_list_that_is_made_anew_is_not_taken_for_the_forgotten_one(
    machine: Machine, tasks: Path, called: str
) -> None:
    """Red before: an ETag is a revision, and those count from 1 again."""
    if called != PLAN:
        machine.store("none").create(PLAN, titled, Order(by=ANN, verb="create"))
    store = machine.store()
    store.adopt(called)
    assert not store.had_namesake(called)
    shutil.rmtree(tasks)
    store.delete(called, Order(by=ANN, verb="delete"))
    put_list(machine, "constructed/release-train")
    assert machine.store().had_namesake(called)


def test_a_list_that_has_the_name_of_a_deleted_plan_is_not_taken_for_it(machine: Machine) -> None:
    store = machine.store("none")
    store.create(PLAN, titled, Order(by=ANN, verb="create"))
    store.delete(PLAN, Order(by=ANN, verb="delete"))
    put_list(machine, "constructed/release-train")
    assert machine.store().read(PLAN).plan.title == "release-train"
    assert machine.store().had_namesake(PLAN)


def test_a_session_that_touches_a_list_first_has_not_made_it_and_does_not_forget_it(
    machine: Machine, tasks: Path
) -> None:
    store, by = machine.store(), session("alpha")
    change(store, PLAN, lambda plan: shaping.add(plan, by=by, at=START, title="more"), by=by)
    assert machine.store().read(PLAN).plan.created_by == "file"
    shutil.rmtree(tasks)
    with pytest.raises(PersonOnly):
        store.delete(PLAN, Order(by=by, verb="delete"))


@pytest.mark.usefixtures("tasks")
def test_whoever_comes_first_makes_our_home_for_us_alone(machine: Machine) -> None:
    before = os.umask(0o022)
    try:
        machine.store().adopt(PLAN)
    finally:
        os.umask(before)
    home = machine.folder / "home"
    folders = [home, *(path for path in home.rglob("*") if path.is_dir())]
    assert len(folders) == 5
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_a_list_that_cannot_be_read_is_not_forgotten(machine: Machine, tasks: Path) -> None:
    store = machine.store()
    store.adopt(PLAN)
    (tasks / "3.json").write_text("{")
    with pytest.raises(KeptElsewhere):
        store.delete(PLAN, Order(by=ANN, verb="delete"))
    assert store.lines(PLAN)


def test_lists_whose_names_differ_only_in_case_are_two_plans(machine: Machine, tasks: Path) -> None:
    shutil.copytree(tasks, machine.tasks / "Release-train")
    store = machine.store()
    for namespace in ("claude.Release-train", PLAN):
        edit_step(store, namespace, 6, title=f"Of {namespace}")
    assert machine.store().read(PLAN).plan.step(6).title == f"Of {PLAN}"
    assert machine.store().read("claude.Release-train").plan.step(6).title == "Of claude.Release-train"


def test_a_list_that_is_a_link_is_no_plan(machine: Machine, tasks: Path) -> None:
    (machine.tasks / "elsewhere").symlink_to(tasks)
    store = machine.store()
    assert store.namespaces() == [PLAN]
    with pytest.raises(PlanNotFound):
        store.read("claude.elsewhere")


def test_claude_codes_lock_is_waited_for_and_left_alone(
    machine: Machine, tasks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = machine.store()
    store.adopt(PLAN)
    monkeypatch.setattr("plans.store.peer_locking.PEER_WAIT", 0.05)
    (tasks / ".lock.lock").mkdir()
    before = contents(tasks)
    with pytest.raises(Busy):
        add_step(store, PLAN, "Not now")
    assert (tasks / ".lock.lock").is_dir()
    assert contents(tasks) == before
    (tasks / ".lock.lock").rmdir()
    add_step(store, PLAN, "Now")
    assert not (tasks / ".lock.lock").exists()


def test_a_lock_that_nobody_touched_for_long_is_taken_over(
    machine: Machine, tasks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_lock, "STALE_SECONDS", -10.0)
    (tasks / ".lock.lock").mkdir()
    add_step(machine.store(), PLAN, "Now")
    assert (tasks / "12.json").exists()
    assert sorted(path.name for path in tasks.iterdir() if ".lock" in path.name) == [".lock"]
