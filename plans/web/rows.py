"""The list of plans: one row each, in groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.security.text import clean_line
from plans.web.addresses import board_url
from plans.web.cards import iso
from plans.web.heads import UNTITLED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.mirror.reading import PlanRow

_BAR = 100
_GAP = 1
MOST_BLOCKS = 48


class BarView(msgspec.Struct, frozen=True, kw_only=True):
    """One stretch of a progress bar, in percent of its width."""

    look: str
    x: float
    width: float


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """One plan of the list."""

    namespace: str
    href: str
    title: str
    is_untitled: bool
    said: str
    done: int
    total: int
    needs: int
    bars: tuple[BarView, ...]
    blocks: tuple[str, ...]
    at: str
    problem: str
    state: str


class RowGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Plans that share a group."""

    name: str
    rows: tuple[RowView, ...]
    needs: int


def plan_groups(rows: Iterable[PlanRow]) -> tuple[RowGroup, ...]:
    """Group the plans; groups and plans by name."""
    groups: dict[str, list[RowView]] = {}
    for row in rows:
        group = clean_line(row.group) or row.namespace.partition(".")[0]
        groups.setdefault(group, []).append(row_view(row))
    return tuple(
        RowGroup(name=name, rows=tuple(found), needs=sum(row.needs for row in found))
        for name, found in sorted(groups.items())
    )


def row_view(row: PlanRow) -> RowView:
    """Build one row."""
    title = clean_line(row.title).strip()
    return RowView(
        namespace=row.namespace,
        href=board_url(row.namespace),
        title=title or UNTITLED,
        is_untitled=not title,
        said=clean_line(row.status) or _said(row),
        done=row.done,
        total=row.total,
        needs=row.ask,
        bars=tuple(_bars(row)),
        blocks=tuple(_blocks(row)),
        at=iso(row.updated_at),
        problem=row.problem.kind if row.problem else "",
        state="Archived" if row.archived else {"draft": "Draft", "aborted": "Aborted"}.get(row.state, ""),
    )


def _said(row: PlanRow) -> str:
    if row.problem is not None:
        return f"plan.json could not be read; showing rev {row.revision}"
    if not row.total:
        return "No steps yet"
    if row.done == row.total:
        return "Finished"
    parts = [f"{row.run} in progress"] if row.run else []
    return ", ".join([*parts, f"{row.todo} to do"] if row.todo else parts) or "Waits for you"


def _blocks(row: PlanRow) -> Iterable[str]:
    """Give the plan as blocks, one a step, or one for several where there are many."""
    size = -(-row.total // MOST_BLOCKS) or 1
    parts = [("done", row.done), ("running", row.run), ("asking", row.ask), ("ready", row.todo)]
    return [look for look, count in parts for _ in range(-(-count // size))]


def _bars(row: PlanRow) -> Iterable[BarView]:
    parts = [("done", row.done), ("running", row.run), ("asking", row.ask), ("waiting", row.todo)]
    shown = [(look, count) for look, count in parts if count]
    room = _BAR - _GAP * max(0, len(shown) - 1)
    at = 0.0
    for look, count in shown:
        width = room * count / row.total
        yield BarView(look=look, x=round(at, 1), width=round(width, 1))
        at += width + _GAP
