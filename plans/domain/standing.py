"""Where each step stands among the others: column, wave, what it waits on; kept up change by change."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from plans.domain.graph import Condition, open_needs, topological
from plans.domain.step import Flag, Status, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plans.domain.plan import Plan


class Column(StrEnum):
    """The four columns of the board, in their order."""

    TODO = "todo"
    RUN = "run"
    ASK = "ask"
    DONE = "done"


class Standing(NamedTuple):
    """What is derived of one step; never stored as truth."""

    condition: Condition | None
    """Only of a pending step."""
    waits_on: tuple[int, ...]
    """Needs of a pending step that are not completed."""
    wave: int
    column: Column


type Standings = Mapping[int, Standing]
type Users = Mapping[int, list[int]]

_KEPT = "standings"
_LOST = frozenset({Status.FAILED, Status.CANCELLED})
_COLUMNS = {
    Status.PENDING: Column.TODO,
    Status.IN_PROGRESS: Column.RUN,
    Status.BLOCKED: Column.ASK,
    Status.IN_REVIEW: Column.ASK,
    Status.FAILED: Column.ASK,
    Status.COMPLETED: Column.DONE,
    Status.CANCELLED: Column.DONE,
}


def stand(plan: Plan) -> dict[int, Standing]:
    """Derive everything of every step. O(steps + needs)."""
    order = topological(plan)
    placed = set(order)
    known: dict[int, Standing] = {}
    for number in (*order, *(n for n in plan.positions if n not in placed)):
        known[number] = _standing(plan, plan.step(number), known)
    return known


def standings(plan: Plan) -> Standings:
    """Derive everything of every step, once for a plan: it is a value, and is asked again and again."""
    known: Standings | None = plan.__dict__.get(_KEPT)
    if known is None:
        known = plan.__dict__[_KEPT] = MappingProxyType(stand(plan))
    return known


class Restood(NamedTuple):
    """What is derived after a change, and for which steps it is something else than before."""

    standings: dict[int, Standing]
    changed: list[int]


def restand(plan: Plan, before: Standings, touched: Iterable[int], *, users: Users) -> Restood:
    """Derive again only what a change of the touched steps can reach; ``users`` are the plan's dependents."""
    known = dict(before)
    queue = list(dict.fromkeys(touched))
    sure = len(queue)
    budget = 4 * len(plan.steps) + 2 * sure + 100
    for index, number in enumerate(queue):  # grows while it is walked: a queue
        was = known.pop(number, None)
        if plan.has_step(number):
            known[number] = _standing(plan, plan.step(number), known)
        if index < sure or known.get(number) != was:
            queue.extend(users.get(number, ()))
        if len(queue) > budget:  # a tangle, or needs that a damaged file made circular
            known = stand(plan)
            queue = [*known, *before]
            break
    reached = dict.fromkeys(queue)
    return Restood(known, [number for number in reached if before.get(number) != known.get(number)])


def is_ready_gate(step: Step, condition: Condition | None) -> bool:
    """Tell whether a gate waits for a person now."""
    return step.is_gate and condition is Condition.READY


def _standing(plan: Plan, step: Step, known: Standings) -> Standing:
    wave = max((known[n].wave + 1 for n in step.needs if n in known), default=0)
    is_forged = step.flag is Flag.FORGED and step.is_open
    if step.status is not Status.PENDING:
        return Standing(None, (), wave, Column.ASK if is_forged else _COLUMNS[step.status])
    waits_on = open_needs(plan, step)
    condition = _condition(plan, waits_on, known)
    column = Column.ASK if is_forged or is_ready_gate(step, condition) else Column.TODO
    return Standing(condition, waits_on, wave, column)


def _condition(plan: Plan, waits_on: tuple[int, ...], known: Standings) -> Condition:
    if not waits_on:
        return Condition.READY
    doomed = any(
        plan.status_of(need) in _LOST or (need in known and known[need].condition is Condition.DOOMED)
        for need in waits_on
    )
    return Condition.DOOMED if doomed else Condition.WAITING
