"""What needs make of the steps: ready, waiting, doomed, waves, and the edges that are refused."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from plans.domain.circles import ways_to
from plans.domain.errors import NeedsRefused
from plans.domain.plan import Plan, PlanState
from plans.domain.step import Status, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOST = frozenset({Status.FAILED, Status.CANCELLED})


class Condition(StrEnum):
    """How a pending step stands; derived, never stored."""

    READY = "ready"
    WAITING = "waiting"
    DOOMED = "doomed"


def open_needs(plan: Plan, step: Step) -> tuple[int, ...]:
    """List the needs that are not completed yet, in their order."""
    return tuple(n for n in step.needs if plan.status_of(n) is not Status.COMPLETED)


def conditions(plan: Plan) -> dict[int, Condition]:
    """Tell of every pending step whether it is ready, waiting or doomed. O(steps + needs)."""
    doomed = doomed_steps(plan)
    return {
        step.number: _condition(plan, step, doomed) for step in plan.steps if step.status is Status.PENDING
    }


def condition(plan: Plan, step: Step) -> Condition | None:
    """Tell how one step stands, None unless it is pending."""
    return conditions(plan).get(step.number)


def is_ready(plan: Plan, step: Step) -> bool:
    return step.status is Status.PENDING and not open_needs(plan, step)


def doomed_steps(plan: Plan) -> frozenset[int]:
    """Find the open steps that can never start as things are: a need was lost, directly or not."""
    users = dependents(plan)
    lost = [n for n in users if plan.status_of(n) in _LOST]
    doomed: set[int] = set()
    while lost:
        for user in users.get(lost.pop(), ()):
            if user not in doomed and plan.status_of(user) is Status.PENDING:
                doomed.add(user)
                lost.append(user)
    return frozenset(doomed)


def dependents(plan: Plan) -> dict[int, list[int]]:
    """Map each needed number to the steps that need it, in plan order."""
    users: dict[int, list[int]] = {}
    for step in plan.steps:
        for need in step.needs:
            users.setdefault(need, []).append(step.number)
    return users


def waves(plan: Plan) -> dict[int, int]:
    """Give each step its wave: the longest path from a step without needs, which is wave 0."""
    wave: dict[int, int] = {}
    for number in topological(plan):
        needs = plan.step(number).needs
        wave[number] = max((wave[n] + 1 for n in needs if n in wave), default=0)
    return wave


def remaining_waves(plan: Plan) -> list[list[int]]:
    """Group the open steps by wave, closed needs not counted."""
    wave: dict[int, int] = {}
    for number in topological(plan):
        step = plan.step(number)
        if step.is_open:
            wave[number] = max((wave[n] + 1 for n in step.needs if n in wave), default=0)
    rows: list[list[int]] = [[] for _ in range(max(wave.values(), default=-1) + 1)]
    for step in plan.steps:
        if step.number in wave:
            rows[wave[step.number]].append(step.number)
    return rows


def topological(plan: Plan) -> list[int]:
    """Order the numbers so that every step follows its needs, plan order otherwise."""
    users = dependents(plan)
    missing = {step.number: sum(plan.has_step(n) for n in step.needs) for step in plan.steps}
    order = [number for number, count in missing.items() if not count]
    for number in order:  # grows while it is walked: a queue
        for user in users.get(number, ()):
            missing[user] -= 1
            if not missing[user]:
                order.append(user)
    return order


def check_needs(plan: Plan, number: int, needs: Iterable[int]) -> tuple[int, ...]:
    """Return the needs without repeats; raises NeedsRefused naming the edge that cannot be."""
    wanted = tuple(dict.fromkeys(needs))
    known = plan.step(number).needs if plan.has_step(number) else ()
    for need in wanted:
        if need == number:
            raise _own_need(number)
        if not plan.has_step(need) and need not in known:
            raise _unknown_need(number, need)
    if number in _reachable(plan, wanted):
        waiting = ways_to(number, dependents(plan))
        need = next(need for need in wanted if need in waiting)
        message = f"Step {number} cannot need step {need}: step {need} already waits for step {number}"
        raise NeedsRefused(message, edge=(number, need))
    return wanted


def check_plan(plan: Plan) -> None:
    """Refuse a whole plan whose needs hold a cycle, a self-need or an unknown number."""
    for step in plan.steps:
        for need in step.needs:
            if need == step.number:
                raise _own_need(step.number)
            if not plan.has_step(need) and need not in plan.removed:
                raise _unknown_need(step.number, need)
    if edge := _circular_edge(plan):
        message = f"Step {edge[0]} cannot need step {edge[1]}: they would wait for each other"
        raise NeedsRefused(message, edge=edge)


def hands_out_work(plan: Plan) -> bool:
    """Tell whether sessions may claim steps: not from a draft, an aborted or an archived plan."""
    return plan.stored_state is PlanState.ACTIVE and not plan.archived


def _condition(plan: Plan, step: Step, doomed: frozenset[int]) -> Condition:
    if step.number in doomed:
        return Condition.DOOMED
    return Condition.WAITING if open_needs(plan, step) else Condition.READY


def _reachable(plan: Plan, starts: Iterable[int]) -> set[int]:
    """Find all that these wait for, in one walk: from each by itself, many needs would take for ever."""
    seen = set(starts)
    queue = list(seen)
    while queue:
        number = queue.pop()
        needs = plan.step(number).needs if plan.has_step(number) else ()
        fresh = [n for n in needs if n not in seen]
        seen.update(fresh)
        queue.extend(fresh)
    return seen


def _own_need(number: int) -> NeedsRefused:
    return NeedsRefused(f"Step {number} cannot need itself", edge=(number, number))


def _unknown_need(number: int, need: int) -> NeedsRefused:
    message = f"Step {number} cannot need step {need}: there is no such step"
    return NeedsRefused(message, edge=(number, need))


def _circular_edge(plan: Plan) -> tuple[int, int] | None:
    """Find an edge of a circle: a step that merely waits for one has no wrong edge itself."""
    placed = set(topological(plan))
    number = next((step.number for step in plan.steps if step.number not in placed), None)
    walked: list[int] = []
    while number is not None and number not in walked:
        walked.append(number)
        number = next(n for n in plan.step(number).needs if plan.has_step(n) and n not in placed)
    return (walked[-1], number) if number is not None else None
