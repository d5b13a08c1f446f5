"""What is brought from elsewhere fits where it comes to: foreign numbers, lines and titles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.actions.importing import read_steps
from plans.actions.markdown_plan import write_document
from plans.actions.wire import encoded, plan_json
from plans.actions.writing import appended
from plans.domain.actor import person
from plans.domain.plan import Plan
from plans.domain.step import Step

if TYPE_CHECKING:
    from collections.abc import Callable

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
