"""Finding things: a page that works without scripts, and what the palette shows while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.security.person import person_required, sight
from plans.web.finding import found_view
from plans.web.gathering import take_told
from plans.web.pages import sidebar
from plans.web.queueing import needs_by_plan
from plans.web.seen_plans import seen_plans
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest

_ON_A_PAGE = 40
_IN_THE_PALETTE = 6
_PARTS = {"palette": "plans/search/_options.html", "results": "plans/search/_results.html"}


@require_safe
@person_required
def search(request: BoardRequest) -> HttpResponse:
    """Show what was found; ``?part=palette`` gives options, ``?part=results`` the list alone."""
    part = request.GET.get("part", "")
    limit = _IN_THE_PALETTE if part == "palette" else _ON_A_PAGE
    asked, here = request.GET.get("q", ""), request.GET.get("here", "")
    needed = needs_by_plan(request.user, now=now_ms())
    found = found_view(sight(request), asked, needed=needed, here=here, limit=limit)
    if part in _PARTS:
        return render(request, _PARTS[part], {"found": found})
    context = {"found": found, "told": take_told(request)}
    return render(request, "plans/search.html", context | sidebar(seen_plans(request), screen="search"))
