"""The timeline of a plan: rows are sessions, bars are steps, upright arms are gates, as of any revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

import msgspec

from plans.domain.tenure import Mark
from plans.web.addresses import as_seen, timeline_url
from plans.web.arms import GateArm, arms
from plans.web.bars import RowView, Sheet, rows
from plans.web.scrubber import ScrubberView, scrubber_view
from plans.web.spans import ALL, DAY, MINUTE, SPANS, Extent, Window, window_of
from plans.web.times import iso

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from plans.domain.picture import Picture
    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.domain.tenure import Chronicle

MOST_ROWS = 80
_SPAN_NAMES = {"15m": "15 min", "1h": "1 hour", "6h": "6 hours", "1d": "1 day", "7d": "7 days", ALL: "All"}


class TickView(NamedTuple):
    """A round time."""

    x: float
    at: str
    day: str
    """The date, where times of day would say too little."""
    is_fine: bool = False
    """Minutes would say the same for several."""


class SpanLink(NamedTuple):
    """Another stretch of time."""

    name: str
    href: str
    is_current: bool


class TimelineView(msgspec.Struct, frozen=True, kw_only=True):
    """What the timeline's templates see."""

    url: str
    rows: tuple[RowView, ...]
    hidden_rows: int
    arms: tuple[GateArm, ...]
    ticks: tuple[TickView, ...]
    now_x: float
    """Where what is looked at stands; drawn for an older revision only."""
    now_at: str
    is_past: bool
    is_now_left: bool
    """The words at that line have more room to its left."""
    spans: tuple[SpanLink, ...]
    earlier: str
    later: str
    scrubber: ScrubberView
    is_empty: bool
    """No session has done anything by then, nor later."""


class Asked(NamedTuple):
    """What an address asks for."""

    query: str = ""
    span: str = ""
    around: int = 0
    """A moment that shall be in sight (ms); 0: what is looked at."""
    step: int = 0


def timeline_view(
    picture: Picture,
    lines: Sequence[Line],
    *,
    story: Chronicle,
    newest: Plan,
    wanted: Collection[int] | None = None,
    asked: Asked | None = None,
) -> TimelineView:
    """Build the timeline of ``picture``; ``lines`` are all revisions of the plan, also later ones.

    ``story`` is what these lines tell, ``newest`` is the plan as it is now, ``wanted`` the steps that the
    filter keeps (None: all).
    """
    asked = asked or Asked()
    plan = picture.plan
    extent = _extent(story, lines, plan)
    now = Mark(plan.revision, _moment(lines, plan) if picture.is_past else extent.end)
    window = window_of(extent, span=asked.span, around=asked.around or now.at)
    links = _Links(picture, asked)
    sheet = Sheet(
        picture=picture,
        newest=newest,
        now=now,
        end=extent.end,
        window=window,
        address=links.around,
        opened=links.opened,
    )
    found = rows(sheet, story.tenures, wanted=wanted)
    return TimelineView(
        url=as_seen(picture, timeline_url(plan.namespace)),
        rows=tuple(found[:MOST_ROWS]),
        hidden_rows=max(0, len(found) - MOST_ROWS),
        arms=tuple(arms(sheet, story)),
        ticks=tuple(_ticks(window)),
        now_x=window.at(now.at),
        now_at=iso(now.at),
        is_past=picture.is_past,
        is_now_left=window.at(now.at) > 50,  # noqa: PLR2004 - the middle, in percent
        spans=tuple(_spans(links, window, now)),
        earlier=links.around(window.span, window.earlier) if window.earlier is not None else "",
        later=links.around(window.span, window.later) if window.later is not None else "",
        scrubber=scrubber_view(lines, plan.revision, address=links.at, kept=links.kept),
        is_empty=not story.tenures and not story.turns,
    )


class _Links:
    """Addresses of the same timeline: another stretch of time, another step open, another revision."""

    def __init__(self, picture: Picture, asked: Asked) -> None:
        self._url = timeline_url(picture.plan.namespace)
        self._rev = picture.plan.revision if picture.is_past else None
        self._asked = asked
        self.kept = {name: word for name, word in (("q", asked.query), ("span", asked.span)) if word}

    def around(self, span: str, moment: int) -> str:
        """Show a span in which a moment lies."""
        return self._address(span=span, around=moment, step=self._asked.step, rev=self._rev)

    def opened(self, number: int) -> str:
        """Show the same with a step beside it."""
        return self._address(span=self._asked.span, around=self._asked.around, step=number, rev=self._rev)

    def at(self, revision: int | None) -> str:
        """Show another revision, or now; the stretch of time follows it."""
        return self._address(span=self._asked.span, step=self._asked.step, rev=revision)

    def _address(self, **named: str | int | None) -> str:
        values = {"q": self._asked.query, **named}
        said = urlencode({name: value for name, value in values.items() if value})
        return f"{self._url}?{said}" if said else self._url


def _extent(story: Chronicle, lines: Sequence[Line], plan: Plan) -> Extent:
    """Tell from the first work to the last change; a plan without work lasts from its first revision."""
    begun = [tenure.start.at for tenure in story.tenures] + [turn.mark.at for turn in story.turns]
    first = min(begun, default=lines[0].at if lines else plan.updated_at)
    return Extent(first, max(lines[-1].at if lines else 0, plan.updated_at, first))


def _moment(lines: Sequence[Line], plan: Plan) -> int:
    return next((line.at for line in reversed(lines) if line.rev <= plan.revision), plan.updated_at)


def _ticks(window: Window) -> Iterable[TickView]:
    is_long = window.end - window.start > 2 * DAY
    for moment in window.ticks():
        at = iso(moment)
        yield TickView(window.at(moment), at, at[:10] if is_long else "", window.apart < MINUTE)


def _spans(links: _Links, window: Window, now: Mark) -> Iterable[SpanLink]:
    for word in (*SPANS, ALL):
        yield SpanLink(_SPAN_NAMES[word], links.around(word, now.at), word == window.span)
