"""The cards of one column, as they stand together in it: ready ones and others, or lane by lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.domain.standing import Column
from plans.web.cards import CardView, card_view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plans.domain.picture import Picture
    from plans.web.lanes import LaneView


class GroupView(msgspec.Struct, frozen=True, kw_only=True):
    """Cards that stand together in a column."""

    key: str
    name: str
    count: int
    cards: tuple[CardView, ...]
    is_hidden: bool = False
    """It is a lane's, and the filter leaves none of the lane."""
    folded: int = 0
    """Cards above the last one: what is done in a lane is folded until somebody wants to see it."""


class Rows(NamedTuple):
    """The lanes of a board, and the lane of each step."""

    lanes: tuple[LaneView, ...]
    keys: Mapping[int, str]


def in_lanes(
    picture: Picture, column: Column, *, rows: Rows, shown: Sequence[int], matching: Sequence[int]
) -> tuple[GroupView, ...]:
    """Put cards into their lanes; every column has all lanes, so that they stand in rows."""
    held: dict[str, list[int]] = {lane.key: [] for lane in rows.lanes}
    for number in shown:
        held[rows.keys[number]].append(number)
    seen = set(matching) if column is Column.DONE else set()
    return tuple(
        GroupView(
            key=lane.key,
            name=lane.name,
            count=len(held[lane.key]),
            cards=tuple(card_view(picture, number) for number in held[lane.key]),
            is_hidden=lane.is_hidden,
            folded=max(0, len(seen.intersection(held[lane.key])) - 1),
        )
        for lane in rows.lanes
    )


def in_groups(
    picture: Picture, column: Column, *, shown: Sequence[int], matching: Sequence[int]
) -> tuple[GroupView, ...]:
    """Put what can be claimed above what waits; other columns are one group without a name."""
    cards = [card_view(picture, number) for number in shown]
    if column is not Column.TODO:
        return (GroupView(key="", name="", count=len(matching), cards=tuple(cards)),)
    ready = sum(picture.standings[n].condition == "ready" for n in matching)
    return (
        GroupView(
            key="ready",
            name="Ready to claim",
            count=ready,
            cards=tuple(card for card in cards if card.group == "ready"),
        ),
        GroupView(
            key="behind",
            name="Waiting on other steps",
            count=len(matching) - ready,
            cards=tuple(card for card in cards if card.group == "behind"),
        ),
    )
