"""A plan as a link shows it to people who may not come in: to be read, with nothing to press."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from plans.domain.picture import in_columns
from plans.domain.standing import Column
from plans.security.text import clean_line
from plans.web.cards import CardView, card_view
from plans.web.heads import HeadView, head_view
from plans.web.times import iso

if TYPE_CHECKING:
    from plans.domain.picture import Picture

MOST_CARDS: Final = 100
"""Cards of one column; a link is for an overview."""
_NAMES: Final = {
    Column.TODO: "To do",
    Column.RUN: "In progress",
    Column.ASK: "Waits for a person",
    Column.DONE: "Done",
}


class SharedColumn(msgspec.Struct, frozen=True, kw_only=True):
    """One column and its first cards."""

    key: str
    name: str
    count: int
    cards: tuple[CardView, ...]

    @property
    def more(self) -> int:
        """Count the cards that are not shown."""
        return self.count - len(self.cards)


class SharedView(msgspec.Struct, frozen=True, kw_only=True):
    """The page behind a link."""

    head: HeadView
    columns: tuple[SharedColumn, ...]
    at: str
    until: str


class BarView(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of the badge, in its own units."""

    fill: str
    x: str
    width: str


class BadgeView(msgspec.Struct, frozen=True, kw_only=True):
    """A small picture of how far a plan is."""

    said: str
    words: str
    bars: tuple[BarView, ...]


_BADGE_WIDTH: Final = 120.0
_BADGE_GAP: Final = 1.5
_FILLS: Final = {"done": "#27704a", "run": "#1d5fa3", "ask": "#f0a21c", "todo": "#cfcbc1"}
"""The light theme's colours: a picture on a page elsewhere has no theme."""


def shared_view(picture: Picture, *, until: int) -> SharedView:
    """Build the page; ``until`` is when the link ends, ms."""
    columns = in_columns(picture)
    return SharedView(
        head=head_view(picture),
        columns=tuple(
            SharedColumn(
                key=column.value,
                name=_NAMES[column],
                count=len(numbers),
                cards=tuple(card_view(picture, number) for number in numbers[:MOST_CARDS]),
            )
            for column, numbers in columns.items()
        ),
        at=iso(picture.plan.updated_at),
        until=iso(until),
    )


def badge_view(title: str, counts: dict[str, int]) -> BadgeView:
    """Build the badge from how many steps stand in each column."""
    total = sum(counts.values())
    shown = [(fill, counts[column]) for column, fill in _FILLS.items() if counts.get(column)]
    room = _BADGE_WIDTH - _BADGE_GAP * max(0, len(shown) - 1)
    bars, at = [], 0.0
    for fill, count in shown:
        width = room * count / total
        bars.append(BarView(fill=fill, x=f"{at:.1f}", width=f"{width:.1f}"))
        at += width + _BADGE_GAP
    words = f"{counts.get('done', 0)} of {total} done"
    named = clean_line(title).strip() or "Plan"
    return BadgeView(said=f"{named}: {words}", words=words, bars=tuple(bars))
