"""What happened in all plans, newest first, a page at a time: every page starts where the last one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from django.db.models import Count, Exists, F, OuterRef, Q, TextField, Value
from django.db.models.functions import Coalesce

from plans.domain.happening import VERBS, Happening
from plans.domain.history import verbs_saying
from plans.domain.revision import Line
from plans.domain.rights import Sight
from plans.mirror.documents import indexed, lines_from, storable
from plans.mirror.letters import holding
from plans.mirror.models import Step
from plans.mirror.rows import FORGED
from plans.mirror.seen import events_seen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from plans.mirror.models import RevisionEvent

HOUR = 3_600_000
LATE = 60_000
"""Milliseconds by which an event may be copied after a younger one."""
AUTHOR = Coalesce("by", Value(""), output_field=TextField())
"""Who did it, as no index knows it: SQLite would walk all authors' whole past only to group them in order."""
_COLUMNS = ("at", "pk", "plan__namespace", "plan__title", "document")


class Place(NamedTuple):
    """Where a page ends: the time (ms) and the row of its last event."""

    at: int
    row: int

    def __str__(self) -> str:
        return f"{self.at}-{self.row}"


class Shown(NamedTuple):
    """Where lines show a word that does not stand in their events."""

    fields: tuple[str, ...] = ()
    """Of which fields a change is told in it."""
    authors: tuple[str, ...] = ()
    """Who is called so; ``str(Actor)``."""
    is_untitled: bool = False
    """Whether it is said where a title is empty."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which events are looked for, and whose eyes they are for; an empty word asks for nothing special."""

    sight: Sight
    plan: str = ""
    group: str = ""
    who: str = ""
    """``str(Actor)``."""
    sort: Happening | None = None
    since: int = 0
    """From when on (ms)."""
    words: tuple[str, ...] = ()
    shown: dict[str, Shown] = {}


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """One event, with the plan it happened to as it is called now."""

    place: Place
    namespace: str
    plan_title: str
    line: Line


class Tally(NamedTuple):
    """How often somebody did something."""

    by: str
    verb: str
    times: int


def older(wanted: Wanted, *, before: Place | None, limit: int) -> list[Happened]:
    """List events newest first, from ``before`` on backwards."""
    found = _wanted(wanted)
    if before is not None:
        found = found.filter(Q(at__lt=before.at) | Q(pk__lt=before.row), at__lte=before.at)
    return _happened(found.order_by("-at", "-pk")[:limit])


def newest(sight: Sight) -> Place:
    """Tell which event was copied last: what comes after it is new."""
    found = events_seen(sight).order_by("-pk").values_list("at", "pk").first()
    return Place(*found) if found else Place(0, 0)


def newer(wanted: Wanted, *, after: Place, limit: int, now: int) -> list[Happened]:
    """List the events that were copied after another one, newest first; at most the ``limit`` newest.

    Plans are copied one after the other, so one may be a little older than what was copied before it. One
    from a clock that is ahead hides no other. A whole history that appears at once, as a plan that is brought
    back has, is no news.
    """
    found = _wanted(wanted).filter(pk__gt=after.row, at__gt=min(after.at, now) - LATE)
    return _happened(found.order_by("-at", "-pk")[:limit])


def titles(steps: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Tell what steps are called now, removed ones left out; one statement."""
    by_plan: dict[str, set[int]] = {}
    for namespace, number in steps:
        by_plan.setdefault(namespace, set()).add(number)
    if not by_plan:
        return {}
    named = Q(pk=None)
    for namespace, numbers in by_plan.items():
        named |= Q(plan__namespace=namespace, number__in=list(numbers))
    found = Step.objects.filter(named, removed=False).order_by()
    return {
        (namespace, number): title
        for namespace, number, title in found.values_list("plan__namespace", "number", "title")
    }


def tally(wanted: Wanted, *, since: int) -> list[Tally]:
    """Count who did what from ``since`` (ms) on; whose it is and words are not looked at."""
    asked = Wanted(sight=wanted.sight, plan=wanted.plan, group=wanted.group, sort=wanted.sort)
    found = _wanted(asked).filter(at__gte=since).order_by()
    counted = found.annotate(author=AUTHOR).values("author", "verb").annotate(times=Count("pk"))
    return [Tally(*row) for row in counted.values_list("author", "verb", "times")]


def by_hour(wanted: Wanted, *, now: int, hours: int) -> list[int]:
    """Count the changes of the last hours, the oldest first; the last one is under way."""
    first = now // HOUR - hours + 1
    asked = Wanted(sight=wanted.sight, plan=wanted.plan, group=wanted.group)
    found = _wanted(asked).filter(at__gte=first * HOUR)
    counted = found.order_by().values(hour=F("at") / HOUR).annotate(count=Count("pk"))
    counts = dict(counted.values_list("hour", "count"))
    return [counts.get(first + hour, 0) for hour in range(hours)]


def _wanted(wanted: Wanted) -> QuerySet[RevisionEvent]:
    asked = {
        "plan__namespace": wanted.plan,
        "plan__group": wanted.group,
        "by": wanted.who and indexed(wanted.who),
        "verb__in": sorted(VERBS[wanted.sort]) if wanted.sort else [],
        "at__gte": wanted.since,
    }
    found = events_seen(wanted.sight).filter(**{name: value for name, value in asked.items() if value})
    for word in wanted.words:
        found = found.filter(_mentions(word, wanted.shown.get(word, Shown())))
    return found


def _mentions(word: str, shown: Shown) -> Q:
    """Pick what may show a word: as it is written, or in what is said of verb, fields, author or no title.

    The document's own keys match too, and so does whatever nobody signed, of which the row names no verb:
    whoever shows it looks again.
    """
    stored = storable(word)
    titled = holding(stored, "title") | _without("title", shown)
    named = Step.objects.filter(titled, plan=OuterRef("plan"), number=OuterRef("step"))
    said = Q(verb__in=[FORGED, *sorted(verbs_saying(stored))]) | Q(by__in=shown.authors)
    for field in shown.fields:
        said |= Q(document__contains=f'"{field}":')
    said |= _without("plan__title", shown) | holding(stored, "plan__namespace", "plan__title")
    return said | _written(stored) | Q(Exists(named))


def _without(title: str, shown: Shown) -> Q:
    """Pick what has no title to show, where something is said of that."""
    return Q(**{f"{title}__regex": r"^\s*$"}) if shown.is_untitled else Q()


def _written(word: str) -> Q:
    """Pick the documents that hold a word as JSON writes it."""
    return holding(msgspec.json.encode(word).decode()[1:-1], "document")


def _happened(rows: QuerySet[RevisionEvent]) -> list[Happened]:
    found = list(rows.values_list(*_COLUMNS))
    return list(_joined(found, lines_from(document for *_, document in found)))


def _joined(found: list[tuple[int, int, str, str, str]], lines: list[Line]) -> Iterator[Happened]:
    for (at, row, namespace, title, _), line in zip(found, lines, strict=True):
        yield Happened(place=Place(at, row), namespace=namespace, plan_title=title, line=line)
