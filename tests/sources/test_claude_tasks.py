"""Claude Code's tasks as plans: read as it reads them, and written as it writes them, byte for byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from plans.domain.actor import session
from plans.domain.graph import conditions
from plans.domain.step import Status
from plans.domain.verbs import assigning, shaping, working
from tests.sources.scene import (
    ABC,
    ANN,
    SAMPLES,
    START,
    add_step,
    change,
    contents,
    edit_step,
    put_list,
    task_lists,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sources.scene import Edit, Machine

EXPECTED: dict[str, Any] = json.loads((SAMPLES / "claude-code" / "expected.json").read_bytes())["lists"]
TRAIN = "constructed/release-train"
PLAN = "claude.release-train"


def numbers(keys: list[str]) -> list[int]:
    return sorted(int(key) for key in keys)


@pytest.mark.parametrize("name", [name for name in task_lists() if EXPECTED[name]["tasks"]])
def test_a_list_is_shown_as_claude_code_means_it(machine: Machine, name: str) -> None:
    expected = EXPECTED[name]
    plan = machine.store().read(f"claude.{put_list(machine, name)}").plan
    hidden = expected.get("hidden", [])
    shown = [number for number in numbers(expected["tasks"]) if str(number) not in hidden]
    assert [step.number for step in plan.steps] == shown
    for key, owner in expected.get("owners", {}).items():
        assert plan.step(int(key)).owner == (owner or None)
    for status in ("completed", "in_progress"):
        for key in expected.get(status, []):
            assert plan.step(int(key)).status == status
    ready = {number for number, condition in conditions(plan).items() if condition == "ready"}
    assert {n for n in numbers(expected.get("ready", [])) if str(n) not in hidden} <= ready
    for key, needs in expected.get("waiting", {}).items():
        assert sorted(plan.step(int(key)).needs) == numbers(needs)
        assert int(key) not in ready


def test_a_new_task_gets_the_number_that_claude_code_would_give(machine: Machine) -> None:
    for name in task_lists():
        folder = put_list(machine, name)
        store = machine.store()
        if EXPECTED[name]["tasks"]:
            changed = add_step(store, f"claude.{folder}", "One more")
            assert changed.plan.steps[-1].number == EXPECTED[name]["next_id"]


def test_circles_are_told_and_drawn_as_far_as_they_can_be(machine: Machine) -> None:
    reading = machine.store().read(f"claude.{put_list(machine, 'constructed/cycle-and-self')}")
    assert [step.needs for step in reading.plan.steps] == [(2,), (), ()]
    assert len(reading.warnings) == 2


@pytest.mark.parametrize("status", [None, [], {"a": 1}, 3])
def test_a_status_that_is_no_word_is_shown_as_pending_and_told(
    machine: Machine, tasks: Path, status: object
) -> None:
    file = tasks / "1.json"
    file.write_text(json.dumps({**json.loads(file.read_bytes()), "status": status}))
    reading = machine.store().read(PLAN)
    assert reading.plan.step(1).status is Status.PENDING
    assert any("unknown status" in warning for warning in reading.warnings)


def test_an_empty_list_is_no_plan(machine: Machine) -> None:
    put_list(machine, "constructed/3b1f8c52-0d6e-4c4f-9a53-6f2f6a1f0c11")
    assert machine.store().namespaces() == []


def test_looking_makes_nothing(machine: Machine, tasks: Path) -> None:
    before = contents(tasks)
    assert machine.store().look(PLAN).plan.title == "release-train"
    assert contents(tasks) == before
    assert not (machine.folder / "home").exists()


def test_a_number_that_was_read_is_never_another_change(machine: Machine, tasks: Path) -> None:
    store, before = machine.store(), contents(tasks)
    seen = store.read(PLAN).plan.revision
    assert contents(tasks) == before
    file = tasks / "1.json"
    file.write_text(json.dumps({**json.loads(file.read_bytes()), "subject": "Changed since"}))
    assert store.read(PLAN).plan.revision == seen + 1


def test_adopting_writes_nothing_to_the_tasks(machine: Machine, tasks: Path) -> None:
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tasks.iterdir()}
    store = machine.store()
    assert store.adopt(PLAN) is not None
    assert store.adopt(PLAN) is None
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tasks.iterdir()} == before
    assert store.verify(PLAN) == []


def test_a_journal_in_which_nothing_stands_yet_says_nothing_against_the_tasks(
    machine: Machine, tasks: Path
) -> None:
    """As after a death between a journal's first line and the first revision."""
    store = machine.store()
    assert store.adopt(PLAN) is not None
    (journal,) = machine.folder.rglob("journal.jsonl")
    journal.write_bytes(journal.read_bytes().partition(b"\n")[0] + b"\n")

    assert machine.store().verify(PLAN) == []
    assert contents(tasks)


def test_an_edit_changes_only_the_keys_it_must(machine: Machine, tasks: Path) -> None:
    before = contents(tasks)
    edit_step(machine.store(), PLAN, 6, title="Tell <everybody> – überall")
    after = contents(tasks)
    expected = before["6.json"].replace(b'"Announce"', '"Tell <everybody> – überall"'.encode())
    assert after == before | {"6.json": expected}


def test_a_claim_writes_owner_and_status_where_claude_code_does(machine: Machine, tasks: Path) -> None:
    before = contents(tasks)
    change(machine.store(), PLAN, lambda plan: working.claim(plan, 10, by=ABC), verb="claim", by=ABC)
    expected = before["10.json"].replace(
        b'"status": "pending"', b'"owner": "session-abc",\n  "status": "in_progress"'
    )
    assert contents(tasks) == before | {"10.json": expected}


def test_completing_and_reassigning_are_written(machine: Machine, tasks: Path) -> None:
    store, before = machine.store(), contents(tasks)
    alpha = session("alpha")
    change(store, PLAN, lambda plan: working.complete(plan, 2, by=alpha, at=START), verb="complete", by=alpha)
    done = before["2.json"].replace(b'"in_progress"', b'"completed"')
    assert contents(tasks) == before | {"2.json": done}
    change(store, PLAN, lambda plan: assigning.reassign(plan, 6, by=ANN, owner="beta"), verb="reassign")
    given = before["6.json"].replace(b'"owner": ""', b'"owner": "beta"')
    assert contents(tasks) == before | {"2.json": done, "6.json": given}


def test_what_a_session_does_is_written_where_claude_code_says_it(machine: Machine, tasks: Path) -> None:
    store = machine.store()
    change(store, PLAN, lambda plan: working.claim(plan, 10, by=ABC), verb="claim", by=ABC)
    before = contents(tasks)["10.json"]
    change(store, PLAN, lambda plan: working.say(plan, 10, by=ABC, active_form="On it"), verb="say", by=ABC)
    expected = before.replace(b'"owner"', b'"activeForm": "On it",\n  "owner"')
    assert contents(tasks)["10.json"] == expected


PUT_BACK: dict[str, Edit] = {
    "reassign": lambda plan: assigning.reassign(plan, 2, by=ANN, owner="beta"),
    "release": lambda plan: working.release(plan, 2, by=ANN),
    "retry": lambda plan: assigning.retry(working.fail(plan, 2, by=ANN, reason="No."), 2, by=ANN),
}


@pytest.mark.parametrize("verb", PUT_BACK)
def test_what_a_task_is_called_in_work_stays_when_it_is_put_back(
    machine: Machine, tasks: Path, verb: str
) -> None:
    """Red before: the words are its author's, and Claude Code shows them at its next try."""
    words = json.loads((tasks / "2.json").read_bytes())["activeForm"]
    store = machine.store()
    change(store, PLAN, PUT_BACK[verb], verb=verb)
    task = json.loads((tasks / "2.json").read_bytes())
    assert (task["status"], task["activeForm"]) == ("pending", words)
    assert store.verify(PLAN) == []


def test_an_added_task_is_written_as_claude_code_writes_one(machine: Machine, tasks: Path) -> None:
    before = contents(tasks)
    add_step(machine.store(), PLAN, "Say thanks", notes="To all.\n\nReally.", needs=(6,))
    added = {
        "id": "12",
        "subject": "Say thanks",
        "description": "To all.\n\nReally.",
        "status": "pending",
        "blocks": [],
        "blockedBy": ["6"],
    }
    blocking = before["6.json"].replace(b'"blocks": []', b'"blocks": [\n    "12"\n  ]')
    assert contents(tasks) == before | {
        "12.json": json.dumps(added, indent=2, ensure_ascii=False).encode(),
        "6.json": blocking,
    }


def test_needs_are_taken_out_of_both_directions(machine: Machine, tasks: Path) -> None:
    before = contents(tasks)
    edit_step(machine.store(), PLAN, 5, needs=(2,))
    after = contents(tasks)
    assert {name for name in after if after[name] != before[name]} == {"5.json", "3.json"}
    assert json.loads(after["5.json"])["blockedBy"] == ["2"]
    assert json.loads(after["3.json"])["blocks"] == []


def test_a_removed_task_leaves_its_number_used(machine: Machine, tasks: Path) -> None:
    store, before = machine.store(), contents(tasks)
    number = add_step(store, PLAN, "Soon gone").plan.steps[-1].number
    change(store, PLAN, lambda plan: shaping.remove(plan, number, by=ANN), verb="remove")
    assert contents(tasks) == before | {".highwatermark": b"12"}
    assert add_step(store, PLAN, "The next").plan.steps[-1].number == 13
    change(store, PLAN, lambda plan: shaping.remove(plan, 10, by=ANN), verb="remove")
    assert contents(tasks)[".highwatermark"] == b"12"


def test_a_cancelled_step_leaves_the_list_and_comes_back_when_retried(machine: Machine, tasks: Path) -> None:
    store, before = machine.store(), contents(tasks)
    change(store, PLAN, lambda plan: assigning.cancel(plan, 10, by=ANN), verb="cancel")
    assert "10.json" not in contents(tasks)
    assert store.read(PLAN).plan.step(10).status is Status.CANCELLED
    change(store, PLAN, lambda plan: assigning.retry(plan, 10, by=ANN), verb="retry")
    assert json.loads(contents(tasks)["10.json"])["subject"] == json.loads(before["10.json"])["subject"]
    assert store.verify(PLAN) == []


def test_unknown_keys_and_hidden_tasks_survive(machine: Machine, tasks: Path) -> None:
    odd = json.loads((tasks / "6.json").read_bytes()) | {"newKey": {"deep": [1, 2.5, None]}, "zeta": "é"}
    (tasks / "6.json").write_text(json.dumps(odd, indent=2, ensure_ascii=False))
    store = machine.store()
    edit_step(store, PLAN, 6, notes="Other words.")
    assert json.loads((tasks / "6.json").read_bytes()) == odd | {"description": "Other words."}
    assert list(json.loads((tasks / "6.json").read_bytes())) == list(odd)
    assert (tasks / "7.json").exists()


def test_what_the_files_cannot_hold_stays_in_our_journal(machine: Machine, tasks: Path) -> None:
    store = machine.store()
    store.adopt(PLAN)
    before = contents(tasks)
    edit_step(store, PLAN, 6, phase="last", critical=True)
    change(store, PLAN, lambda plan: assigning.comment(plan, 6, by=ANN, at=START, text="Mind the gap"))
    assert contents(tasks) == before
    step = machine.store().read(PLAN).plan.step(6)
    assert (step.phase, step.critical, step.comments[0].text) == ("last", True, "Mind the gap")
