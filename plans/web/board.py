"""The board as its template sees it: four columns of cards, windowed where the plan is large."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from plans.domain.picture import in_columns
from plans.domain.standing import Column
from plans.web.addresses import as_seen
from plans.web.cards import card_view
from plans.web.cells import GroupView, Rows, in_groups, in_lanes
from plans.web.column_facts import AlikeView, alike_of, fact_of, some_are_stale
from plans.web.filtering import parsed
from plans.web.heads import BannerView, HeadView, banner_view, head_view
from plans.web.lanes import Group, LaneView, lane_keys, lanes_of
from plans.web.matching import matching_steps
from plans.web.windows import asking_again, widened

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plans.domain.picture import Picture

__all__ = ["BoardView", "ColumnView", "banner_view", "board_view", "card_view", "head_view"]

LARGE = 300
"""Steps above which columns are windowed."""
WINDOW = 50
MOST_SHOWN = 1000
"""Cards of a column that are shown at one press."""
_NAMES = {
    Column.TODO: "To do",
    Column.RUN: "In progress",
    Column.ASK: "Needs you",
    Column.DONE: "Done",
}
_SHORT_NAMES = _NAMES | {Column.RUN: "Moving"}
_EMPTY = {
    Column.TODO: "Nothing is waiting to be done.",
    Column.RUN: "Nothing is in progress.",
    Column.ASK: "Nothing needs you.",
    Column.DONE: "Nothing is done yet.",
}


class ColumnView(msgspec.Struct, frozen=True, kw_only=True):
    """One column. ``count`` is all that stands in it, ``matching`` what the filter leaves of it."""

    key: str
    name: str
    short_name: str
    count: int
    groups: tuple[GroupView, ...]
    fact_before: str
    fact: str
    """An ISO time that the column's fact is about, empty where it has none."""
    empty: str
    shown: int
    matching: int
    more_href: str
    """Where 50 more of its cards are shown; empty where all are."""
    all_href: str
    """Where all of them are; empty where those are too many for one page."""
    stale_href: str
    """Where only those are left whose owner fell silent; empty where nobody or everybody did."""
    alike: AlikeView | None
    order: str
    """All its steps in their order, ``3,1``, where lanes stand between them; otherwise empty."""

    @property
    def is_needs(self) -> bool:
        return self.key == Column.ASK


class BoardView(msgspec.Struct, frozen=True, kw_only=True):
    """The whole board."""

    namespace: str
    epoch: str
    revision: int
    steps: str
    """Every step's revision, ``1:4,2:7``: what the page's checksum is made of."""
    can: str
    is_read_only: bool
    is_past: bool
    """It shows an older revision; nothing comes in."""
    head: HeadView
    banner: BannerView
    columns: tuple[ColumnView, ...]
    group: Group | None
    lanes: tuple[LaneView, ...]
    is_large: bool
    """Columns are windowed, and Done is folded to a strip where there are no lanes."""
    is_empty: bool
    query: str
    told: str
    """What the filter holds that is none."""
    matching: str | None
    """The steps that the filter leaves, ``1,2``; None where nothing is filtered."""
    hidden: frozenset[int]
    """The steps whose cards the filter hides. Columns with windows do not even hold them."""
    kept: str
    """What a card's link takes along, so that without scripts the filter and the lanes stay."""


def board_view(
    picture: Picture,
    *,
    can: Iterable[str] = (),
    query: str = "",
    windows: Mapping[str, int] | None = None,
    group: Group | None = None,
) -> BoardView:
    """Build the board. ``query`` is the filter as it was typed; ``windows`` widens columns."""
    plan = picture.plan
    wanted = matching_steps(picture, query)
    columns = in_columns(picture)
    windows = (windows or {}) if len(plan.steps) > LARGE else None
    lanes = lanes_of(picture, group, matching=wanted) if group else ()
    rows = Rows(lanes, lane_keys(picture, group, matching=wanted)) if group else None
    asked = {"q": query, "group": group or ""}
    return BoardView(
        namespace=plan.namespace,
        epoch=picture.history,
        revision=plan.revision,
        steps=",".join(f"{step.number}:{step.revision}" for step in plan.steps),
        can=" ".join(can) if picture.writable else "",
        is_read_only=not picture.writable,
        is_past=picture.is_past,
        head=head_view(picture),
        banner=banner_view(picture),
        columns=tuple(
            _column(
                picture,
                column,
                columns[column],
                matching=[number for number in columns[column] if number in wanted],
                windows=windows,
                asked=asked,
                rows=rows,
            )
            for column in Column
        ),
        group=group,
        lanes=lanes,
        is_large=windows is not None,
        is_empty=not plan.steps,
        query=query,
        told=parsed(query).told,
        matching=",".join(map(str, sorted(wanted))) if query.strip() else None,
        hidden=frozenset(plan.positions.keys() - wanted),
        kept="".join(f"&{urlencode({name: said})}" for name, said in asked.items() if said),
    )


def _column(  # noqa: PLR0913 - what a column is made of
    picture: Picture,
    column: Column,
    numbers: list[int],
    *,
    matching: list[int],
    windows: Mapping[str, int] | None,
    asked: Mapping[str, str],
    rows: Rows | None,
) -> ColumnView:
    size = len(matching) if windows is None else max(WINDOW, windows.get(column, WINDOW))
    shown = numbers if windows is None else matching[:size]
    before, fact = fact_of(picture, column, numbers)

    def wider(size: int) -> str:
        return as_seen(picture, widened(windows or {}, column, size=size, asked=asked))

    return ColumnView(
        key=column,
        name=_NAMES[column],
        short_name=_SHORT_NAMES[column],
        count=len(numbers),
        groups=in_lanes(picture, column, rows=rows, shown=shown, matching=matching)
        if rows
        else in_groups(picture, column, shown=shown, matching=matching),
        fact_before=before,
        fact=fact,
        empty=_EMPTY[column],
        shown=len(shown),
        matching=len(matching),
        more_href=wider(size + WINDOW) if size < len(matching) else "",
        all_href=wider(len(matching)) if size < len(matching) <= MOST_SHOWN else "",
        stale_href=as_seen(picture, asking_again({**asked, "q": "is:stale"}))
        if windows is not None and some_are_stale(picture, column, matching)
        else "",
        alike=alike_of(picture, column, matching),
        order=",".join(map(str, numbers)) if rows else "",
    )
