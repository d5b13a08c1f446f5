"""One plan from its files into the mirror; runs on the worker's own thread, which alone writes the mirror."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from plans.domain.errors import Busy, PlanNotFound
from plans.domain.picture import Problem
from plans.mirror.applying import forget, write
from plans.mirror.reading import known_plan
from plans.mirror.rows import Known, News, is_same_history, rows_for
from plans.sync.looking import look, settle
from plans.sync.sweeping import stamp_of, was_deleted

if TYPE_CHECKING:
    from plans.domain.picture import Picture
    from plans.domain.revision import Line
    from plans.store.plan_store import PlanStore

KEPT_STEPS = 50_000
"""Plans stay in memory until they have so many steps together; others are read from the mirror again."""


class Copied(NamedTuple):
    """What became of a look at a plan."""

    picture: Picture | None = None
    """None: nothing is to be told, or the plan is gone."""
    lines: tuple[Line, ...] = ()
    changed: tuple[int, ...] = ()
    state: bool = False
    """Its file's problem came, went or changed."""
    gone: bool = False
    stamp: str = ""
    retry: bool = False
    """Look again soon: somebody holds a lock, or the file cannot be read."""


class Copier:
    """What the worker's thread knows of the plans."""

    def __init__(self, store: PlanStore) -> None:
        self._store = store
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._steps = 0

    def copy(self, namespace: str, *, settles: bool, patient: bool) -> Copied:
        """Bring the mirror up to date with a plan's files.

        ``settles`` also makes plan.json say what the journal says. A problem that is new is told only to a
        ``patient`` caller: a file is often unreadable only while it is being written.
        """
        known = self._find(namespace)
        stamp = stamp_of(self._store.root, namespace)
        try:
            if settles:
                settle(self._store, namespace)
            known, news = look(self._store, namespace, known)
        except PlanNotFound:
            return self._vanished(namespace, known, patient=patient)
        except Busy:
            return Copied(retry=True)
        if news.problem and not patient and not (known and known.picture.problem):
            return Copied(retry=True)
        return self._write(known, news._replace(stamp=stamp.text if stamp else ""))

    def picture(self, namespace: str) -> Picture | None:
        """Give a plan as the mirror has it."""
        known = self._find(namespace)
        return known.picture if known else None

    def clear(self) -> None:
        """Know nothing any more: the mirror may not be what was written."""
        self._known.clear()
        self._steps = 0

    def _write(self, known: Known | None, news: News) -> Copied:
        retry = news.problem is not None
        if known is not None and not news.lines and is_same_history(known, news.plan):
            if _facts(known.picture, known.stamp) == (news.problem, news.warnings, news.writable, news.stamp):
                self._keep(known)
                return Copied(stamp=news.stamp, retry=retry)
            news = news._replace(plan=known.picture.plan)  # stamps alone make no revision
        rows = rows_for(known, news)
        self._keep(write(rows))
        state = known is not None and known.picture.problem != news.problem
        told = rows.picture if news.lines or state or known is None else None
        return Copied(told, tuple(news.lines), rows.changed, state=state, stamp=news.stamp, retry=retry)

    def _vanished(self, namespace: str, known: Known | None, *, patient: bool) -> Copied:
        """A plan without files: deleted by somebody, or not an order to forget."""
        if known is None:
            return Copied(gone=True)
        if was_deleted(self._store.root, namespace, since=known.picture.plan.updated_at):
            forget(namespace)
            self._drop(namespace)
            return Copied(gone=True)
        if not patient:
            return Copied(retry=True)
        message = f"The folder of {namespace} is gone; this is the last version that was seen"
        problem = Problem(kind="gone", message=message)
        return self._write(known, News(known.picture.plan, problem=problem, writable=False))

    def _find(self, namespace: str) -> Known | None:
        return self._known.get(namespace) or known_plan(namespace)

    def _keep(self, known: Known) -> None:
        namespace = known.picture.plan.namespace
        self._drop(namespace)
        self._known[namespace] = known
        self._steps += len(known.positions)
        while self._steps > KEPT_STEPS and len(self._known) > 1:
            self._drop(next(iter(self._known)))

    def _drop(self, namespace: str) -> None:
        known = self._known.pop(namespace, None)
        self._steps -= len(known.positions) if known else 0


def _facts(picture: Picture, stamp: str) -> tuple[Problem | None, tuple[str, ...], bool, str]:
    return picture.problem, picture.warnings, picture.writable, stamp
