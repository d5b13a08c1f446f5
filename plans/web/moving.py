"""Where a step goes when a person says up, down, first or last: among the cards it stands with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.graph import Condition
from plans.domain.picture import in_columns

if TYPE_CHECKING:
    from plans.domain.picture import Picture
    from plans.domain.plan import Plan


def place_for(picture: Picture, number: int, *, to: str) -> int | None:
    """Name the step to stand behind, None for the front of the plan; raises StepNotFound.

    The plan's order is one list; a column shows a part of it, To do shows ready steps apart from waiting
    ones. A step moves past the neighbour that a person sees, whatever stands between them in the plan.
    """
    step = picture.plan.step(number)
    seen = _neighbours(picture, step.number)
    index = seen.index(number)
    if to == "down" and index + 1 < len(seen):
        return seen[index + 1]
    if to == "last" and index + 1 < len(seen):
        return seen[-1]
    if to == "up" and index:
        return _before(picture.plan, seen[index - 1], moving=number)
    if to == "first" and index:
        return _before(picture.plan, seen[0], moving=number)
    return _before(picture.plan, number, moving=number)


def _neighbours(picture: Picture, number: int) -> list[int]:
    """List the cards of the same group of the same column, as they are shown."""
    standing = picture.standings[number]
    ready = standing.condition is Condition.READY
    column = in_columns(picture)[standing.column]
    return [other for other in column if (picture.standings[other].condition is Condition.READY) is ready]


def _before(plan: Plan, number: int, *, moving: int) -> int | None:
    others = [step.number for step in plan.steps if number == step.number or step.number != moving]
    index = others.index(number)
    return others[index - 1] if index else None
