"""The steps that a step may need, as somebody chooses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.security.person import person_required
from plans.web.choices import choices_view
from plans.web.framing import number_of
from plans.web.gathering import shown
from plans.web.refusing import refusals_shown

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest


@require_safe
@person_required
@refusals_shown
def choices(request: BoardRequest, namespace: str) -> HttpResponse:
    """Offer steps: ``step`` is the one to need them, ``needs`` what is chosen, ``q`` what is typed."""
    asked = request.GET
    view = choices_view(
        shown(request, namespace),
        number_of(asked.get("step", "")),
        needs=asked.get("needs", ""),
        query=asked.get("q", ""),
    )
    return render(request, "plans/drawer/_choices.html", {"choices": view})
