"""One step: the drawer beside the board, its facts alone, and its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.security.person import person_required
from plans.web.gathering import step_drawer, take_told
from plans.web.pages import step_page
from plans.web.refusing import refusals_shown
from plans.web.replay import looked_at
from plans.web.seen_plans import seen_plans

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest

_PARTS = {
    "facts": "plans/drawer/_facts.html",
    "owners": "plans/drawer/_owners.html",
    "reject": "plans/dialogs/_reject.html",
}
_WHOLE = "plans/drawer/_drawer.html"


@require_safe
@person_required
@refusals_shown
def step(request: BoardRequest, namespace: str, number: int) -> HttpResponse:
    """Show a step: a page of its own, the drawer to htmx, or one ``?part`` of it."""
    picture, replay = looked_at(request, namespace)
    drawer = step_drawer(request, picture, number)
    if request.htmx:
        return render(request, _PARTS.get(request.GET.get("part", ""), _WHOLE), {"drawer": drawer})
    context = step_page(picture, drawer, rows=seen_plans(request), told=take_told(request))
    return render(request, "plans/step.html", context | {"replay": replay})
