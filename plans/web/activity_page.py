"""What stands around the activity: what it can be narrowed to, and the last hours in figures."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.domain.actor import Actor
from plans.domain.happening import Happening, happening_of
from plans.security.text import clean_line
from plans.web.activity import author_url
from plans.web.authors import AuthorView, author_view
from plans.web.plurals import counted
from plans.web.roll import ChipView
from plans.web.session_urls import activity_url
from plans.web.times import iso
from plans.web.titles import plan_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.mirror.activity import Tally
    from plans.web.seen_plans import SeenPlan

_LABELS = {
    Happening.DECISIONS: "Decisions",
    Happening.STATUS: "Status",
    Happening.EDITS: "Edits",
    Happening.HANDOVERS: "Hand-overs",
    Happening.NOTES: "Notes",
}
_BUSIEST = 4
_BAR_PITCH, _BAR_HEIGHT, _BAR_LEAST = 20, 60, 4
"""Px from a bar to the next, of the highest and of the lowest."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """How the list was narrowed, as the address says it."""

    plan: str = ""
    group: str = ""
    who: str = ""
    kind: str = ""
    since: str = ""
    """ms, as digits."""
    q: str = ""

    def url(self, **other: str) -> str:
        """Give the address of this list, but for what is named."""
        return activity_url(**(msgspec.structs.asdict(self) | other))

    @property
    def since_at(self) -> str:
        """Give the time it begins at; empty where it is not bounded."""
        return iso(int(self.since or 0))

    @property
    def from_the_beginning(self) -> str:
        """Give the address of this list without that bound."""
        return self.url(since="")

    @property
    def is_narrow(self) -> bool:
        return any(msgspec.structs.astuple(self))


class ChoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a menu that narrows the list."""

    label: str
    href: str
    is_current: bool = False
    group: str = ""
    """The heading it stands under, where it begins a group."""


class BarView(msgspec.Struct, frozen=True, kw_only=True):
    """One hour of the picture, in its own units: 240 by 64."""

    x: int
    y: int
    height: int


class BusyView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who did much."""

    author: AuthorView
    href: str
    count: int


class AroundView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything but the list."""

    said: str
    chips: tuple[ChipView, ...]
    plans: tuple[ChoiceView, ...]
    plan_label: str
    people: tuple[ChoiceView, ...]
    who_label: str
    bars: tuple[BarView, ...]
    last_hour: int
    decided: tuple[tuple[str, str], ...]
    """Mark and words of a line about today's decisions."""
    busiest: tuple[BusyView, ...]


class Figures(NamedTuple):
    """What was counted: the last hour, today's decisions, and each of the last hours."""

    hour: Sequence[Tally] = ()
    decided: Sequence[Tally] = ()
    by_hour: Sequence[int] = ()


def around_view(filters: Filters, figures: Figures, rows: Sequence[SeenPlan]) -> AroundView:
    """Build what stands around the list."""
    shown = [row for row in rows if not row.archived or row.namespace == filters.plan]
    return AroundView(
        said=_sentence(figures.hour),
        chips=tuple(_chips(filters, figures.hour)),
        plans=tuple(_plans(filters, shown)),
        plan_label=_plan_label(filters, shown),
        people=tuple(_people(filters, figures)),
        who_label=author_view(filters.who).name if filters.who else "Everybody",
        bars=tuple(_bars(figures.by_hour)),
        last_hour=figures.by_hour[-1] if figures.by_hour else 0,
        decided=tuple(_decided(figures.decided, sum(row.needs for row in shown if _is_in(filters, row)))),
        busiest=tuple(_busiest(figures.hour)),
    )


def _sentence(hour: Iterable[Tally]) -> str:
    counts = _by_author(hour)
    if not counts:
        return "Nothing changed in the last hour"
    kinds = Counter(Actor.parse(by).kind for by in counts)
    parts = [
        counted(kinds["session"], "session") if kinds["session"] else "",
        counted(kinds["person"], "person", many="people") if kinds["person"] else "",
        "other programs" if kinds["file"] else "",
    ]
    who = " and ".join(part for part in parts if part)
    return f"{counted(counts.total(), 'change')} in the last hour by {who}"


def _chips(filters: Filters, hour: Iterable[Tally]) -> Iterable[ChipView]:
    counts: Counter[str] = Counter()
    for row in hour:
        counts[happening_of(row.verb) or ""] += row.times
    yield ChipView(label="Everything", count=0, href=filters.url(kind=""), is_current=not filters.kind)
    for sort, label in _LABELS.items():
        href = filters.url(kind=sort)
        yield ChipView(label=label, count=counts[sort], href=href, is_current=filters.kind == sort)


def _plans(filters: Filters, rows: Iterable[SeenPlan]) -> Iterable[ChoiceView]:
    is_all = not (filters.plan or filters.group)
    yield ChoiceView(label="All plans", href=filters.url(plan="", group=""), is_current=is_all)
    last = ""
    for row in sorted(rows, key=lambda row: (row.group, row.namespace)):
        if row.group != last:
            last = row.group
            href = filters.url(plan="", group=row.group)
            label = f"All of {clean_line(row.group)}"
            yield ChoiceView(
                label=label, href=href, is_current=filters.group == row.group, group=clean_line(row.group)
            )
        href = filters.url(plan=row.namespace, group="")
        yield ChoiceView(label=_named(row), href=href, is_current=filters.plan == row.namespace)


def _plan_label(filters: Filters, rows: Iterable[SeenPlan]) -> str:
    if filters.plan:
        named = [_named(row) for row in rows if row.namespace == filters.plan]
        return named[0] if named else clean_line(filters.plan)
    return clean_line(filters.group) or "All plans"


def _people(filters: Filters, figures: Figures) -> Iterable[ChoiceView]:
    """Offer whoever did something in the last hour or decided today, people first."""
    yield ChoiceView(label="Everybody", href=filters.url(who=""), is_current=not filters.who)
    active = {row.by for row in (*figures.hour, *figures.decided)}
    authors = active | ({filters.who} if filters.who else set())
    for by in sorted(authors, key=lambda by: (not by.startswith("person"), by)):
        yield ChoiceView(label=author_view(by).name, href=filters.url(who=by), is_current=by == filters.who)


def _bars(by_hour: Sequence[int]) -> Iterable[BarView]:
    most = max(by_hour, default=0) or 1
    for index, count in enumerate(by_hour):
        height = max(_BAR_LEAST, round(_BAR_HEIGHT * count / most))
        yield BarView(x=index * _BAR_PITCH, y=_BAR_HEIGHT + _BAR_LEAST - height, height=height)


def _decided(today: Iterable[Tally], still_open: int) -> Iterable[tuple[str, str]]:
    counts: Counter[str] = Counter()
    for row in today:
        counts[row.verb] += row.times
    yield "done", f"{counts['approve']} approved"
    yield "blocked", f"{counts['reject']} rejected with a note"
    if counts["reply"]:
        yield "running", f"{counts['reply']} answered"
    yield "asking", f"{still_open} open"


def _busiest(hour: Iterable[Tally]) -> Iterable[BusyView]:
    for by, count in _by_author(hour).most_common(_BUSIEST):
        yield BusyView(author=author_view(by), href=author_url(by) or activity_url(who=by), count=count)


def _by_author(tallies: Iterable[Tally]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in tallies:
        counts[row.by] += row.times
    return counts


def _named(row: SeenPlan) -> str:
    return plan_title(row.title)


def _is_in(filters: Filters, row: SeenPlan) -> bool:
    if filters.plan:
        return row.namespace == filters.plan
    return not filters.group or row.group == filters.group
