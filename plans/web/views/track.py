"""The plan drawn by its dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from plans.security.person import person_required
from plans.web.framing import numbers_of
from plans.web.refusing import refusals_shown
from plans.web.replay import looked_at
from plans.web.showing import Kind, chosen_step, view_answer
from plans.web.track import Asked, track_view

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from plans.security.person import BoardRequest

_TRACK = Kind("track", "plans/track/_track.html")


@require_safe
@person_required
@refusals_shown
def track(request: BoardRequest, namespace: str) -> HttpResponseBase:
    """Draw a plan; ``?unfold=`` names the waves that are not folded, ``?step=`` the step beside it."""
    picture, replay = looked_at(request, namespace)
    asked = Asked(
        query=request.GET.get("q", ""),
        unfolded=numbers_of(request.GET.get("unfold", "")),
        chosen=chosen_step(request, picture),
    )
    return view_answer(request, picture, _TRACK, view=track_view(picture, asked), replay=replay)
