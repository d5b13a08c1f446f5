"""The plans that the person behind a request may see: what lists, the sidebar and counts are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.mirror.reading import PlanRow, plan_rows
from plans.security.person import sight
from plans.web.gathering import saved_here
from plans.web.queueing import needed_in, needs_by_plan
from plans.wiring import now_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plans.security.person import BoardRequest


class SeenPlan(PlanRow, frozen=True, kw_only=True):
    """A line of the list of plans as one person sees it."""

    needs: int
    """Entries of this person's queue that are steps of the plan: what any page says needs them there."""


def seen_plans(request: BoardRequest, *, needed: Mapping[str, int] | None = None) -> list[SeenPlan]:
    """List them, archived ones too, by namespace; ``needed`` counts the person's queue where it was read."""
    rows = plan_rows(sight(request))
    counts = _needed(request, rows) if needed is None else needed
    return [SeenPlan(**msgspec.structs.asdict(row), needs=counts.get(row.namespace, 0)) for row in rows]


def needs_told(rows: Iterable[SeenPlan]) -> int:
    """Count all that needs the person."""
    return sum(row.needs for row in rows)


def _needed(request: BoardRequest, rows: Iterable[PlanRow]) -> Mapping[str, int]:
    """Count the queue by plan, as this person just left it where the worker has not copied that yet."""
    now = now_ms()
    counts = needs_by_plan(request.user, now=now)
    namespace, own = saved_here(request)
    if any(row.namespace == namespace and row.revision < own for row in rows):
        return counts | {namespace: needed_in(request, namespace, now=now)}
    return counts
