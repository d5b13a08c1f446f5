"""A plan's steps while lines are folded into it."""

import pytest
from msgspec.structs import replace

from plans.domain.plan import Plan
from plans.domain.step import Step
from plans.domain.unfolded import Unfolded

STEPS = tuple(Step(number=number, title=f"Step {number}") for number in (1, 2, 3))
PLAN = Plan(namespace="work", epoch="e", steps=STEPS, removed=(4,), next_number=5)


def test_untouched_steps_are_the_very_same() -> None:
    steps = Unfolded(PLAN)
    assert steps.stay
    assert steps.folded() is STEPS


def test_a_change_leaves_all_in_their_places() -> None:
    steps = Unfolded(PLAN)
    steps.put(replace(STEPS[1], title="Other"))
    assert steps.stay
    assert [step.title for step in steps.folded()] == ["Step 1", "Other", "Step 3"]


def test_what_comes_stands_last_and_what_goes_is_remembered() -> None:
    steps = Unfolded(PLAN)
    steps.put(Step(number=4, title="Back"))
    steps.put(replace(STEPS[0], title="Other"))
    steps.drop(1)
    assert not steps.stay
    assert [step.number for step in steps.folded()] == list(steps) == [2, 3, 4]
    assert steps.removed == {1}
    assert len(steps) == 3
    with pytest.raises(KeyError):
        steps[1]


def test_a_step_that_came_back_is_there_again() -> None:
    steps = Unfolded(PLAN)
    steps.drop(2)
    steps.put(replace(STEPS[1], title="Again"))
    assert [step.title for step in steps.folded()] == ["Step 1", "Step 3", "Again"]
    assert steps.removed == {4}
