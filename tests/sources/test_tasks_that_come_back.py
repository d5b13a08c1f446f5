"""A task of Claude Code's that we removed comes back as it was, with all that is none of our business."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from plans.domain.errors import PlanError
from plans.domain.step import Status
from plans.domain.verbs import assigning, shaping
from plans.store.orders import Guard, Order
from tests.sources.scene import ANN, change, contents, edit_step
from tests.store.system_calls import SystemCalls

if TYPE_CHECKING:
    from pathlib import Path

    from plans.store.all_plans import AllPlans
    from tests.sources.scene import Machine

PLAN = "claude.release-train"


def cancel(store: AllPlans, number: int) -> None:
    change(store, PLAN, lambda plan: assigning.cancel(plan, number, by=ANN), verb="cancel")


def retry(store: AllPlans, number: int) -> None:
    change(store, PLAN, lambda plan: assigning.retry(plan, number, by=ANN), verb="retry")


@pytest.fixture
def odd(tasks: Path) -> Path:
    """A task with keys that are not ours, between two others."""
    file = tasks / "5.json"
    task = json.loads(file.read_bytes()) | {
        "activeForm": "Cutting",
        "metadata": {"t": 1.5},
        "future": ["é", None],
    }
    file.write_text(json.dumps(task, indent=2, ensure_ascii=False))
    return file


@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize("number", [5, 6, 10])
def test_a_cancelled_task_comes_back_byte_for_byte(machine: Machine, tasks: Path, number: int) -> None:
    """Red before: metadata, unknown keys and activeForm were gone, and a toast's Undo is this very retry."""
    store, before = machine.store(), contents(tasks)
    for _ in range(2):
        cancel(store, number)
        assert contents(tasks) == {name: before[name] for name in before if name != f"{number}.json"}
        retry(machine.store(), number)
        assert contents(tasks) == before
    assert store.verify(PLAN) == []


def test_so_does_a_removed_one_when_its_revision_is_restored(
    machine: Machine, tasks: Path, odd: Path
) -> None:
    store, before = machine.store(), odd.read_bytes()
    store.adopt(PLAN)
    change(store, PLAN, lambda plan: shaping.remove(plan, 5, by=ANN), verb="remove")
    assert not odd.exists()
    order = Order(by=ANN, verb="restore", guard=Guard.PLAN, expected=2)
    store.restore(PLAN, 1, order)
    assert odd.read_bytes() == before
    assert json.loads((tasks / "6.json").read_bytes())["blockedBy"] == ["5"]


def test_what_changed_meanwhile_is_said_and_nothing_else(machine: Machine, tasks: Path, odd: Path) -> None:
    store, before = machine.store(), json.loads(odd.read_bytes())
    cancel(store, 5)
    edit_step(store, PLAN, 5, title="Cut it", needs=(2,))
    edit_step(store, PLAN, 6, needs=())
    retry(store, 5)
    now = {"subject": "Cut it", "blockedBy": ["2"], "blocks": []}
    assert json.loads(odd.read_bytes()) == before | now
    assert json.loads((tasks / "3.json").read_bytes())["blocks"] == []
    assert json.loads((tasks / "6.json").read_bytes())["blockedBy"] == []


@pytest.mark.parametrize("text", ["", "{", "[]"])
def test_where_what_was_kept_is_broken_a_task_is_made_anew(machine: Machine, odd: Path, text: str) -> None:
    store = machine.store()
    cancel(store, 5)
    (kept,) = (machine.folder / "home").rglob("removed-5.json")
    kept.write_text(text)
    retry(store, 5)
    task = json.loads(odd.read_bytes())
    assert (task["subject"], task["activeForm"], "future" in task) == ("Cut the release", "Cutting", False)


def test_whichever_call_a_disk_refuses_it_comes_back_whole(machine: Machine, odd: Path) -> None:
    machine.store().adopt(PLAN)
    stage = machine.folder.with_name("stage")
    shutil.copytree(machine.folder, stage)
    before = contents(odd.parent)
    hit, count = 0, 1
    while hit <= count:
        hit += 1
        shutil.rmtree(machine.folder)
        shutil.copytree(stage, machine.folder)
        count = _cancel_refused(machine, hit)
        store = machine.store()
        store.adopt(PLAN)
        if store.read(PLAN).plan.step(5).status is not Status.CANCELLED:
            cancel(store, 5)
        assert not odd.exists(), hit
        retry(store, 5)
        assert contents(odd.parent) == before, hit
        assert store.verify(PLAN) == []


def _cancel_refused(machine: Machine, hit: int) -> int:
    """Cancel with one call refused; gives how many calls there were."""
    store, calls = machine.store(), SystemCalls(hit, "EIO")
    calls.install()
    try:
        cancel(store, 5)
    except PlanError:
        return len(calls.names)
    finally:
        calls.remove()
    return len(calls.names)
