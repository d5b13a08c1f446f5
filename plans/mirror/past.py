"""A plan as it was at any of its revisions, folded from the journal lines that the mirror holds."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.errors import PlanError, PlanNotFound, Refusal
from plans.domain.picture import Picture, picture_of
from plans.domain.plan import Plan
from plans.domain.revision import PLAN_KEY, fold_all
from plans.domain.tenure import chronicle
from plans.mirror import models
from plans.mirror.documents import lines_from, plan_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.domain.revision import Line
    from plans.domain.tenure import Chronicle

_EVERY = 512
"""Revisions between two plans that are kept, so that going from one to the next folds few lines."""
_MOST_PLANS = 4
_MOST_LINES = 20_000
"""Lines of a plan that is kept in memory; they take about 2 kB each."""


class RevisionNotFound(PlanError):
    """The plan never had this revision, or not yet."""

    refusal = Refusal.NOT_FOUND
    code = "revision_not_found"
    advice = "Go back to now, or choose another revision on the timeline."

    def __init__(self, namespace: str, revision: int, *, newest: int) -> None:
        super().__init__(f"{namespace} has no revision {revision}; it is at {newest}")


class Past:
    """All revisions of one plan, in the order in which they were made."""

    def __init__(self, row: models.Plan) -> None:
        self.namespace = row.namespace
        self.epoch = row.epoch
        self.copy = row.pk
        self.lines: list[Line] = []
        self._last = ""
        self._told: Chronicle | None = None
        self._marks = {0: _first(row)}

    @property
    def newest(self) -> int:
        """Name the last revision, 0 when there is none."""
        return self.lines[-1].rev if self.lines else 0

    @property
    def story(self) -> Chronicle:
        """Tell who had which step and when."""
        if self._told is None:
            self._told = chronicle(self.lines)
        return self._told

    def at(self, revision: int) -> Plan:
        """Give the plan as it was at a revision, 0 being the plan before its first."""
        if not 0 <= revision <= self.newest:
            raise RevisionNotFound(self.namespace, revision, newest=self.newest)
        start = max(mark for mark in self._marks if mark <= revision)
        plan = self._marks[start]
        while start + _EVERY <= revision:
            plan = fold_all(plan, self._between(start, start + _EVERY))
            start += _EVERY
            self._marks[start] = plan
        return fold_all(plan, self._between(start, revision))

    def catch_up(self, row: models.Plan) -> bool:
        """Read the lines that came since; false when these are not the lines that were read before."""
        found = models.RevisionEvent.objects.filter(plan=row, revision__gte=self.newest)
        documents = list(found.order_by("revision").values_list("document", flat=True))
        if (self.epoch, self.copy) != (row.epoch, row.pk):
            return False
        if self._last and documents[:1] != [self._last]:
            return False
        fresh = lines_from(documents[1:] if self._last else documents)
        self.lines += fresh
        self._told = None if fresh else self._told
        self._last = documents[-1] if documents else ""
        return True

    def _between(self, after: int, up_to: int) -> Sequence[Line]:
        """Pick lines; a journal counts its revisions without a gap."""
        skipped = self.lines[0].rev - 1 if self.lines else 0
        return self.lines[max(after - skipped, 0) : max(up_to - skipped, 0)]


def picture_at(namespace: str, revision: int) -> Picture:
    """Draw a plan as it was: nothing of it can be changed, and who is alive now is no part of it.

    Raises PlanNotFound, RevisionNotFound.
    """
    past = past_of(namespace)
    return replace(picture_of(past.at(revision), writable=False), is_past=True, copy=past.copy)


def plan_at(namespace: str, revision: int) -> Plan:
    """Give a plan as it was at a revision, 0 being the plan before its first."""
    return past_of(namespace).at(revision)


_KEPT: dict[str, Past] = {}
_TURN = Lock()


def past_of(namespace: str) -> Past:
    """Read all revisions of a plan; those of the last few plans are kept. Raises PlanNotFound."""
    row = models.Plan.objects.filter(namespace=namespace).first()
    if row is None:
        raise PlanNotFound(namespace)
    with _TURN:
        past = _KEPT.pop(namespace, None)
        if past is None or not past.catch_up(row):
            past = Past(row)
            past.catch_up(row)
        if len(past.lines) <= _MOST_LINES:
            _KEPT[namespace] = past
        while len(_KEPT) > _MOST_PLANS:
            del _KEPT[next(iter(_KEPT))]
    return past


def _first(row: models.Plan) -> Plan:
    """Give the plan before its first revision: what no line tells of it is in every later one."""
    now = plan_from(row.document, ())
    return Plan(
        namespace=now.namespace,
        epoch=now.epoch,
        created_at=_created_at(row.pk, now),
        created_by=now.created_by,
    )


def _created_at(key: int, now: Plan) -> int:
    """Tell when the plan was begun, which is what the first line that corrects it found (ms)."""
    telling = models.RevisionEvent.objects.filter(plan=key, document__contains=f'"{PLAN_KEY}":{{')
    found = telling.filter(document__contains='"created_at"').order_by("revision")
    for line in lines_from(found.values_list("document", flat=True)):
        was = (line.was.get(PLAN_KEY) or {}).get("created_at")
        if isinstance(was, int):
            return was
    return now.created_at
