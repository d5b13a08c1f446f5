"""What is brought from elsewhere fits where it comes to: foreign numbers, lines and titles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from plans.actions.copying import duplicate_plan
from plans.actions.importing import CannotImport, read_plan, read_steps
from plans.actions.markdown_plan import read_document, write_document
from plans.actions.wire import encoded, plan_json
from plans.actions.writing import appended
from plans.domain.actor import person
from plans.domain.plan import Plan
from plans.domain.step import Status, Step
from tests.actions.cast import PLAN

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.actions.desk import Desk

ADA = person("ada")


@pytest.mark.parametrize("written", [write_document, lambda plan: encoded(plan_json(plan))])
def test_what_another_plan_removed_is_not_waited_for_where_its_steps_are_added(
    written: Callable[[Plan], str],
) -> None:
    """Red before: the step that was added needed step 2 of the plan it came to."""
    first, third = Step(number=1, title="A"), Step(number=3, title="C", needs=(1, 2))
    source = Plan(namespace="other", epoch="e", steps=(first, third), removed=(2,), next_number=4)
    there = tuple(Step(number=number, title="p", revision=1) for number in (1, 2, 3))
    plan = Plan(namespace="p", epoch="e", steps=there, next_number=4)

    added = read_steps(written(source), by=ADA, at=1).plan.steps

    assert [step.needs for step in appended(plan, added, by=ADA, at=1).steps[3:]] == [(), (4,)]


@pytest.mark.parametrize("written", [write_document, lambda plan: encoded({"plan": plan_json(plan)})])
def test_what_a_peer_wrote_longer_than_we_may_is_brought_back_cut(written: Callable[[Plan], str]) -> None:
    """Red before: the board did not take its own export."""
    step = Step(number=1, title="ü" * 3000, active_form=f"a\nb{'c' * 300}", status=Status.FAILED)
    (again,) = read_plan(written(Plan(namespace="p", epoch="e", steps=(step,))), by=ADA, at=1).plan.steps
    assert (again.title, again.active_form) == (f"{'ü' * 1022}…", f"a b{'c' * 194}…")


def test_what_a_person_writes_longer_is_refused_and_not_cut() -> None:
    with pytest.raises(CannotImport, match="2,048 is the most"):
        read_plan(f"- {'x' * 3000}", by=ADA, at=1)


def test_a_plan_with_a_peers_long_title_is_duplicated(desk: Desk) -> None:
    """Red before: refused as too large."""
    file = Path(desk.store.root) / PLAN / "plan.json"
    plan = json.loads(file.read_text())
    plan["steps"][0]["step"] = "x" * 3000
    file.write_text(json.dumps(plan))

    copy = duplicate_plan(desk, PLAN, "copy", by=ADA).plan

    assert copy.step(1).title == f"{'x' * 2045}…"


def test_a_heading_taken_out_of_our_own_document_takes_its_steps_out_of_the_phase() -> None:
    """Red before: where it was the last one, they stayed in it."""
    plan = Plan(namespace="p", epoch="e", steps=(Step(number=1, title="a", phase="One"),))
    text = write_document(plan)
    (kept,) = read_document(text).plan.steps
    (freed,) = read_document(text.replace("## One\n", "")).plan.steps
    assert (kept.phase, freed.phase) == ("One", "")
