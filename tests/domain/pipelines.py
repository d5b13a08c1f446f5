"""Adapters for the pipeline vectors: their words, our verbs, and their words again.

A vector about something that we do not have raises NotYet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from plans.domain.actor import person, session
from plans.domain.errors import NeedsRefused
from plans.domain.graph import check_plan, is_ready, remaining_waves, waves
from plans.domain.plan import Plan
from plans.domain.standing import Column, stand
from plans.domain.step import Review, Status, Step
from plans.domain.verbs import shaping, working

if TYPE_CHECKING:
    from collections.abc import Mapping

type Object = Mapping[str, object]
type Needs = Mapping[str, list[str]]

ANA = person("ana")
NODE = session("n1")


class NotYet(Exception):
    """The vector is about something that we do not have."""


def planned(*steps: Step) -> Plan:
    return Plan(namespace="vectors", epoch="e", steps=steps, next_number=len(steps) + 1)


def numbered(needs: Needs) -> dict[str, int]:
    """Number all names; those that are needed only stay unknown to the plan."""
    names = [*needs, *(need for its in needs.values() for need in its)]
    return {name: number for number, name in enumerate(dict.fromkeys(names), start=1)}


def needing(needs: Needs) -> Plan:
    """Make a plan of pending steps with these names and needs."""
    numbers = numbered(needs)
    return planned(
        *(
            Step(number=numbers[name], title=name, needs=tuple(numbers[need] for need in its))
            for name, its in needs.items()
        )
    )


def refusal(refused: NeedsRefused, needs: Needs) -> dict[str, object]:
    """Tell which edge was refused; doors answer a broken rule with 422."""
    names = {number: name for name, number in numbered(needs).items()}
    step, need = (names[number] for number in refused.edge)
    told = {"rejected": True, "status": 422, "edge": [step, need]}
    if need in needs:
        return {**told, "reason": "cycle"}
    return {**told, "reason": "unknown", "message": f"Subtask {step}: depends on unknown subtask '{need}'"}


def assign_waves(given: object) -> object:
    needs = cast("Needs", cast("Object", given)["depends_on"])
    plan = needing(needs)
    try:
        check_plan(plan)
    except NeedsRefused as refused:
        return refusal(refused, needs)
    wave = waves(plan)
    return {
        "wave": {step.title: wave[step.number] for step in plan.steps},
        "estimated_waves": max(wave.values()) + 1,
        "first_dispatch": [step.title for step in plan.steps if is_ready(plan, step)],
    }


def waves_left(given: object) -> object:
    asked = cast("Mapping[str, Needs]", given)
    plan = needing({**{name: [] for name in asked["done"]}, **asked["depends_on"]})
    for name in asked["done"]:
        number = next(step.number for step in plan.steps if step.title == name)
        plan = working.force_complete(plan, number, by=ANA)
    return [[plan.step(number).title for number in row] for row in remaining_waves(plan)]


def complete(given: object) -> object:
    """Report a result. A review is asked for outright here, never guessed from metric, tags or role."""
    task = cast("Mapping[str, Object]", given)["task"]
    if "requires_review" not in task or "role" in task:
        raise NotYet
    review = Review.REQUIRED if task["requires_review"] else Review.NONE
    step = Step(number=1, title="a", status=Status.IN_PROGRESS, owner=NODE.name, review=review)
    status = working.complete(planned(step), 1, by=NODE, at=0).step(1).status
    words = {Status.IN_REVIEW: "pending_review", Status.COMPLETED: "completed"}
    return {"status": words[status], "review": status is Status.IN_REVIEW, "issues": []}


COLUMNS = {Column.TODO: "backlog", Column.RUN: "in_progress", Column.ASK: "review", Column.DONE: "done"}
STATUSES = {
    "ready": Status.PENDING,
    "claimed": Status.IN_PROGRESS,
    "running": Status.IN_PROGRESS,
    "done": Status.COMPLETED,
    "completed": Status.COMPLETED,
    "blocked": Status.BLOCKED,
    "cancelled": Status.CANCELLED,
}


def column_of(given: object) -> object:
    if given not in STATUSES:
        raise NotYet
    step = Step(number=1, title="a", status=STATUSES[str(given)])
    return COLUMNS[stand(planned(step))[1].column]


def dropped(given: object) -> object:
    """Put a card behind its neighbour in its own column."""
    cards = (Step(number=number, title="a", status=STATUSES[str(given)]) for number in (1, 2))
    moved = shaping.move(planned(*cards), 1, by=ANA, after=2)
    words = {status: word for word, status in STATUSES.items()}
    return words[moved.step(1).status]
