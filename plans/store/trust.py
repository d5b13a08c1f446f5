"""When a plan's files cannot be trusted, and what to do then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.errors import Unreadable
from plans.domain.problem import Trouble
from plans.store.journal import NewerJournal

if TYPE_CHECKING:
    from plans.domain.problem import Problem
    from plans.store.comparing import Standing
    from plans.store.known import Known

_GONE = (Trouble.MISSING, Trouble.EMPTIED)


def refuse_damage(namespace: str, known: Known | None, standing: Standing, *, mending: bool = False) -> None:
    """Raise Unreadable when nothing may be written on top; ``mending`` may put back a vanished plan.json."""
    problem = standing.problem
    if problem is None or (mending and problem.kind in _GONE):
        return
    raise Unreadable(problem.message, advice=_advice(namespace, known, problem))


def _advice(namespace: str, known: Known | None, problem: Problem) -> str:
    if known is not None and isinstance(known.damage, NewerJournal):
        return NewerJournal.advice
    if problem.kind == Trouble.DAMAGED:
        return f"Nothing was changed. `planboard verify {namespace}` shows what is damaged; restore a backup."
    if problem.kind in _GONE and known is not None:
        revision = known.plan.revision
        return f"Nothing was changed. Put it back with `planboard restore {namespace} --rev {revision}`."
    return Unreadable.advice
