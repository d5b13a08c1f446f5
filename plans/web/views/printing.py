"""A plan on paper: its track, its steps by phase, and who decided what when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.security.person import person_required
from plans.web.gathering import shown
from plans.web.printed import printed_view
from plans.web.refusing import refusals_shown
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest


@require_safe
@person_required
@refusals_shown
def print_plan(request: BoardRequest, namespace: str) -> HttpResponse:
    """Show the plan as it goes on paper; the browser prints it."""
    printed = printed_view(shown(request, namespace), now=now_ms())
    return render(request, "plans/print.html", {"printed": printed})
