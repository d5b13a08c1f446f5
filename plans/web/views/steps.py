"""One step: the drawer beside the board, its facts alone, and its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.mirror.reading import plan_rows
from plans.security.person import person_required
from plans.web.gathering import shown, step_drawer, take_told
from plans.web.pages import step_page
from plans.web.refusing import refusals_shown

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest

_FACTS = "facts"


@require_safe
@person_required
@refusals_shown
def step(request: BoardRequest, namespace: str, number: int) -> HttpResponse:
    """Show a step: a page of its own, the drawer to htmx, ``?part=facts`` what changes under an open form."""
    picture = shown(request, namespace)
    drawer = step_drawer(request, picture, number)
    if request.htmx:
        part = (
            "plans/drawer/_facts.html" if request.GET.get("part") == _FACTS else "plans/drawer/_drawer.html"
        )
        return render(request, part, {"drawer": drawer})
    context = step_page(picture, drawer, rows=plan_rows(), told=take_told(request))
    return render(request, "plans/step.html", context)
