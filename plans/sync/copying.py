"""One plan from its files into the mirror; runs on the worker's own thread, which alone writes the mirror."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from plans.domain.errors import Busy, PlanNotFound
from plans.domain.plan import Plan
from plans.domain.problem import Problem, Trouble
from plans.metrics.figures import HISTORIES
from plans.mirror.applying import forget, write
from plans.mirror.reading import known_plan
from plans.mirror.rows import Known, News, Painted, is_same_history, paint
from plans.sync.looking import Looked, look, settle
from plans.sync.sweeping import ELSEWHERE, deleted_in, stamp_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.domain.picture import Picture
    from plans.store.plan_store import PlanStore
    from plans.sync.decide import Errand

log = logging.getLogger(__name__)

KEPT_STEPS = 50_000
"""Plans stay in memory until they have so many steps together; others are read from the mirror again."""


class Found(NamedTuple):
    """What a look at a plan found."""

    known: Known | None = None
    news: News | None = None
    painted: Painted | None = None
    """What is to be written; None: nothing."""
    stamp: str = ""
    appeared_at: float | None = None
    """When its files were written last, or put in place, s since the epoch."""
    gone: bool = False
    retry: bool = False
    """Look again soon: somebody holds a lock, or the file cannot be read."""
    anew: bool = False
    """All of it was copied again, since others' signatures count."""

    @property
    def is_new(self) -> bool:
        """Tell whether the mirror had nothing of this plan, or of this history of it."""
        return self.known is None

    @property
    def changed_state(self) -> bool:
        """Tell whether its file's problem, warnings or text that is no step are not what they were."""
        if self.known is None or self.painted is None:
            return self.anew
        return self.known.picture.file_facts != self.painted.picture.file_facts

    @property
    def is_news(self) -> bool:
        """Tell whether boards show anything else than before."""
        return self.painted is not None and bool(self.is_new or self.changed_state or self._lines())

    def _lines(self) -> int:
        return len(self.news.lines) if self.news else 0


class Copier:
    """What the worker's thread knows of the plans."""

    def __init__(self, store: PlanStore) -> None:
        self._store = store
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._steps = 0

    def look(self, errand: Errand, *, patient: bool) -> Found:
        """Find what the mirror lacks of a plan.

        A problem that is new is found only by a ``patient`` look: a file is often unreadable only while it is
        being written.
        """
        namespace = errand.namespace
        before = self._find(namespace)
        stamp = stamp_in(self._store, namespace)
        try:
            if errand.settles:
                settle(self._store, namespace)
            known, news = self._looked(errand, before)
        except PlanNotFound:
            return self._vanished(namespace, before, patient=patient)
        except Busy:
            return Found(retry=True)
        if news.problem and not patient and not (known and known.picture.problem):
            return Found(retry=True)
        if before is not None and before.picture.plan.epoch and known is None and not errand.anew:
            _warn_of_another_history(before.picture, news)
        seen = stamp.text if stamp else ""
        # What is wrong may be set right without a trace in these files: the next worker looks again.
        trusted = "" if news.problem else seen
        found = _compared(known, news._replace(stamp=trusted or self._whose(namespace)))
        appeared_at = stamp.appeared_at if stamp else None
        return found._replace(stamp=seen, appeared_at=appeared_at, anew=bool(errand.anew))

    def _looked(self, errand: Errand, known: Known | None) -> Looked:
        """Look for what is new, or at everything anew; what cannot be read stays as it was copied last."""
        if errand.anew:
            looked = look(self._store, errand.namespace, None, core=errand.core)
            if looked.news.problem is None:
                return looked
        return look(self._store, errand.namespace, known, core=errand.core)

    def give_up(self, namespace: str, why: str) -> Found:
        """Say on the plan that it cannot be copied; what was copied last goes on being shown."""
        known = self._find(namespace)
        plan = known.picture.plan if known is not None else Plan(namespace=namespace, epoch="")
        message = (
            f"The board cannot take in what the files of {namespace} say ({why}). They are as they were: "
            f"`planboard verify {namespace}` tells whether they are sound, and the board's log has the rest"
        )
        problem = Problem(kind=Trouble.NOT_COPIED, message=message)
        return _compared(known, News(plan, problem=problem, writable=False, stamp=self._whose(namespace)))

    def write(self, found: Found) -> Found:
        """Bring the mirror up to date; gives what was found as the mirror now has it."""
        if found.painted is None or found.news is None:
            return found
        known = write(found.known, found.painted, found.news)
        self._keep(known)
        if known.picture is found.painted.picture:
            return found
        return found._replace(painted=found.painted._replace(picture=known.picture))

    def pictures(self, namespaces: Iterable[str]) -> list[Picture]:
        """Give plans as the mirror has them."""
        return [known.picture for name in namespaces if (known := self._find(name)) is not None]

    def clear(self) -> None:
        """Know nothing any more: the mirror may not be what was written."""
        self._known.clear()
        self._steps = 0

    def _whose(self, namespace: str) -> str:
        """Give the stamp of a plan of whose files no version is trusted: it still tells another program's."""
        return "" if self._store.source_of(namespace) is None else ELSEWHERE

    def _vanished(self, namespace: str, known: Known | None, *, patient: bool) -> Found:
        """A plan without files: deleted by somebody, or not an order to forget."""
        if known is None:
            return Found(gone=True)
        if known.stamp.startswith(ELSEWHERE) or deleted_in(self._store, known.picture.plan):
            forget(namespace)
            self._drop(namespace)
            return Found(gone=True)
        if not patient:
            return Found(retry=True)
        message = f"The folder of {namespace} is gone; this is the last version that was seen"
        problem = Problem(kind=Trouble.GONE, message=message)
        return _compared(known, News(known.picture.plan, problem=problem, writable=False))

    def _find(self, namespace: str) -> Known | None:
        known = self._known.get(namespace) or known_plan(namespace)
        if known is not None:
            self._keep(known)
        return known

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


def _warn_of_another_history(copied: Picture, news: News) -> None:
    """Say that lines which were copied are not in the journal any more, and what people saw with them."""
    log.warning(
        "The journal of %s is not the one that was copied (revision %d then, %d now): put back from a copy, "
        "cut off, or begun anew. Pages start over with what it says now",
        copied.plan.namespace,
        copied.plan.revision,
        news.plan.revision,
    )
    HISTORIES.add()


def _compared(known: Known | None, news: News) -> Found:
    retry = news.problem is not None
    if known is not None and not news.lines and is_same_history(known, news.plan):
        if _facts(known) == (news.problem, news.warnings, news.writable, news.document, news.stamp):
            return Found(known, news, stamp=news.stamp, retry=retry)
        news = news._replace(plan=known.picture.plan)  # stamps alone make no revision
    return Found(known, news, paint(known, news), stamp=news.stamp, retry=retry)


def _facts(known: Known) -> tuple[Problem | None, tuple[str, ...], bool, str, str]:
    shown = known.picture
    return shown.problem, shown.warnings, shown.writable, shown.document, known.stamp
