"""The whole mirror made again from the files, and compared with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plans.domain.errors import PlanError, PlanNotFound
from plans.mirror import checking
from plans.mirror.applying import empty
from plans.mirror.reading import last_progress
from plans.mirror.session_rows import pulses, write_lives
from plans.sync.copying import Copier
from plans.sync.decide import Errand
from plans.sync.lives import Lives

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.sessions.heartbeats import Sessions
    from plans.store.plan_store import PlanStore


class Rebuilt(NamedTuple):
    """What became of one plan."""

    namespace: str
    revisions: int
    problem: str
    """Why its files cannot be read as they are; empty when they can."""


def rebuild(store: PlanStore, sessions: Sessions) -> Iterator[Rebuilt]:
    """Empty the mirror and fill it from the files, plan by plan. Nobody else may be writing the mirror.

    Raises StorageFailed when the root cannot be read; the mirror is left as it is then.
    """
    namespaces = store.namespaces()
    heard = pulses()
    empty()
    copier = Copier(store)
    for namespace in namespaces:
        found = copier.look(Errand(namespace), patient=True)
        copier.write(found)
        if found.news is None:
            yield Rebuilt(namespace, 0, "Somebody is writing it; start the board to copy it then")
        else:
            problem = found.news.problem
            yield Rebuilt(namespace, len(found.news.lines), problem.message if problem else "")
    lives = Lives(last_progress(), heard)
    lives.heard(sessions.all())
    lives.judge(sessions.clock())
    write_lives(lives.unwritten())


def differences(store: PlanStore) -> Iterator[tuple[str, str]]:
    """Name each plan and each way in which its mirror is not what its files say."""
    namespaces = store.namespaces()
    for namespace in checking.strangers(namespaces):
        yield namespace, "The mirror has a plan that has no files"
    for namespace in namespaces:
        for difference in _differences(store, namespace):
            yield namespace, difference


def _differences(store: PlanStore, namespace: str) -> list[str]:
    try:
        reading = store.look(namespace)
        if not reading.adopted:
            what = "plan.json" if store.source_of(namespace) is None else "this list"
            return [f"Another program changed {what}, and the worker has not seen it yet"]
        if reading.problem is not None and not reading.plan.revision:  # nothing of it was ever read
            return checking.problem_missing(namespace, reading.problem.message)
        found = checking.differences(reading.plan, store.lines(namespace))
        if reading.problem is not None:
            return [*found, *checking.problem_missing(namespace, reading.problem.message)]
        return [*found, *checking.problem_left(namespace)]
    except PlanNotFound:
        return []
    except PlanError as refused:
        return checking.problem_missing(namespace, refused.message)
