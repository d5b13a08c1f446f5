"""The sidebar's plans: one row each, in groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.security.text import clean_line
from plans.web.addresses import board_url
from plans.web.titles import plan_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.web.seen_plans import SeenPlan

_BAR = 100
_GAP = 1


class BarView(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of a progress bar, in percent of its width."""

    look: str
    x: float
    width: float


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """One plan of the sidebar."""

    namespace: str
    href: str
    title: str
    needs: int
    bars: tuple[BarView, ...]


class RowGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Plans that share a group."""

    name: str
    rows: tuple[RowView, ...]
    needs: int


def plan_groups(rows: Iterable[SeenPlan]) -> tuple[RowGroup, ...]:
    """Group the plans; groups and plans by name."""
    groups: dict[str, list[RowView]] = {}
    for row in rows:
        group = clean_line(row.group) or row.namespace.partition(".")[0]
        groups.setdefault(group, []).append(row_view(row))
    return tuple(
        RowGroup(name=name, rows=tuple(found), needs=sum(row.needs for row in found))
        for name, found in sorted(groups.items())
    )


def row_view(row: SeenPlan) -> RowView:
    """Build one row."""
    return RowView(
        namespace=row.namespace,
        href=board_url(row.namespace),
        title=plan_title(row.title),
        needs=row.needs,
        bars=tuple(_bars(row)),
    )


def _bars(row: SeenPlan) -> Iterable[BarView]:
    waiting = row.todo + row.cancelled
    parts = [
        ("done", row.done - row.cancelled),
        ("running", row.run),
        ("asking", row.ask),
        ("waiting", waiting),
    ]
    shown = [(look, count) for look, count in parts if count]
    room = _BAR - _GAP * max(0, len(shown) - 1)
    at = 0.0
    for look, count in shown:
        width = room * count / row.total
        yield BarView(look=look, x=round(at, 1), width=round(width, 1))
        at += width + _GAP
