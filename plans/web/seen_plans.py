"""The plans that the person behind a request may see: what lists, the sidebar and counts are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.mirror.reading import plan_rows
from plans.security.person import sight

if TYPE_CHECKING:
    from django.http import HttpRequest

    from plans.mirror.reading import PlanRow


def seen_plans(request: HttpRequest) -> list[PlanRow]:
    """List them, archived ones too, by namespace."""
    return plan_rows(sight(request))
