"""What Undo does not bring back, as its toast says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.step import Status, Step, with_values
from plans.security.text import clean_line
from plans.web.titles import REMOVED_STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.web.answers import Saved


def step_before(saved: Saved, number: int) -> Step:
    """Give the step as it was before the deed; the line knows it even where the deed was sent twice."""
    is_here = saved.plan.has_step(number)
    step = saved.plan.step(number) if is_here else Step(number=number, title=REMOVED_STEP)
    was = saved.line.was.get(str(number)) if saved.line else None
    return with_values(step, was) if was else step


def started_over(before: Step) -> str:
    """Say what does not come back with a step that goes back to To do."""
    asked = "; what it asked has to be asked again" if before.asks else ""
    if before.status is Status.PENDING:
        return ""
    whose = f"with {clean_line(before.owner)}, who starts it over" if before.owner else "and is started over"
    return f"It goes back to To do {whose}{asked}."


def all_started_over(before: Sequence[Step]) -> str:
    """Say it of several that go back at once."""
    begun = [step for step in before if step.status is not Status.PENDING]
    asked = "; what was asked has to be asked again" if any(step.asks for step in begun) else ""
    return f"What was begun goes back to To do and is started over{asked}." if begun else ""


def undecided(before: Step) -> str:
    """Say what does not come back with a step that goes on after a hold."""
    return "It goes on then, without what was decided before." if before.decision else ""
