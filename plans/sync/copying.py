"""One plan from its files into the mirror; runs on the worker's own thread, which alone writes the mirror."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from plans.domain.errors import Busy, PlanError, PlanNotFound
from plans.domain.picture import Problem
from plans.domain.plan import Plan
from plans.mirror.applying import forget, write
from plans.mirror.documents import storable
from plans.mirror.reading import known_plan
from plans.mirror.rows import News, is_same_history, rows_for
from plans.sync.sweeping import stamp_of, was_deleted

if TYPE_CHECKING:
    from plans.domain.picture import Picture
    from plans.domain.revision import Line
    from plans.mirror.rows import Known
    from plans.store.orders import Reading
    from plans.store.plan_store import PlanStore

KEPT_STEPS = 50_000
"""Plans stay in memory until they have so many steps together; the others are read from the mirror again."""
_TRIES = 3


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
        text = stamp.text if stamp else ""
        try:
            news = self._settled(namespace, known) if settles else self._look(namespace, known)
        except PlanNotFound:
            return self._vanished(namespace, known, patient=patient)
        except Busy:
            return Copied(stamp="", retry=True)
        except PlanError as refused:
            news = _refused(namespace, known, refused)
        if news.problem and not patient and not (known and known.picture.problem):
            return Copied(stamp="", retry=True)
        return self._write(known, news._replace(stamp=text))

    def picture(self, namespace: str) -> Picture | None:
        """Give a plan as the mirror has it."""
        known = self._find(namespace)
        return known.picture if known else None

    def clear(self) -> None:
        """Know nothing any more: the mirror may not be what was written."""
        self._known.clear()
        self._steps = 0

    # Looking

    def _settled(self, namespace: str, known: Known | None) -> News:
        try:
            self._store.adopt(namespace)
        except PlanNotFound:
            raise
        except PlanError:
            return self._look(namespace, known)  # which says what is wrong, if it still is
        return self._look(namespace, known)

    def _look(self, namespace: str, known: Known | None) -> News:
        """Read until the plan and its journal are of one moment."""
        for _ in range(_TRIES):
            reading = self._store.read(namespace)
            if not reading.adopted and reading.problem is None:
                self._store.adopt(namespace)
                continue
            plan = reading.plan
            since = _revision(known, plan)
            lines = [storable(line) for line in self._store.lines(namespace, after=since)]
            if (lines[-1].rev if lines else since) == plan.revision:
                problem = _problem(reading)
                return News(plan, lines, problem=problem, warnings=reading.warnings, writable=problem is None)
        message = f"{namespace} changes faster than it can be read"
        raise Busy(message)

    def _vanished(self, namespace: str, known: Known | None, *, patient: bool) -> Copied:
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
        return self._write(known, News(known.picture.plan, (), problem=problem, writable=False))

    # Writing

    def _write(self, known: Known | None, news: News) -> Copied:
        retry = news.problem is not None
        if known is not None and not news.lines and is_same_history(known, news.plan):
            if _facts(known.picture, known.stamp) == (news.problem, news.warnings, news.writable, news.stamp):
                self._keep(known)
                return Copied(stamp=news.stamp, retry=retry)
            news = news._replace(plan=known.picture.plan)  # stamps alone make no revision
        rows = rows_for(known, news)
        self._keep(write(rows))
        before = known.picture.problem if known else None
        lines = tuple(news.lines)
        state = before != news.problem
        told = rows.picture if lines or state or known is None else None
        return Copied(told, lines, rows.changed, state=state, stamp=news.stamp, retry=retry)

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


def _revision(known: Known | None, plan: Plan) -> int:
    """Tell up to which revision the mirror has this plan's history."""
    return known.picture.plan.revision if known and is_same_history(known, plan) else 0


def _problem(reading: Reading) -> Problem | None:
    found = reading.problem
    if found is None:
        return None
    return Problem(
        kind=found.kind, message=found.message, line=found.line, column=found.column, excerpt=found.excerpt
    )


def _refused(namespace: str, known: Known | None, refused: PlanError) -> News:
    """Keep showing the last good version, or an empty plan, with what is wrong."""
    plan = known.picture.plan if known else Plan(namespace=namespace, epoch="")
    problem = Problem(kind=refused.code, message=f"{refused.message}. {refused.advice}")
    return News(plan, (), problem=problem, writable=False)


def _facts(picture: Picture, stamp: str) -> tuple[Problem | None, tuple[str, ...], bool, str]:
    return picture.problem, picture.warnings, picture.writable, stamp
