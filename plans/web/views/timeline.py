"""Who did what when, as of now or of any revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from plans.domain.picture import picture_of
from plans.mirror.past import past_of
from plans.security.person import person_required
from plans.web import digits
from plans.web.matching import matching_steps
from plans.web.refusing import refusals_shown
from plans.web.replay import looked_at
from plans.web.showing import Kind, chosen_step, view_answer
from plans.web.timeline import Asked, timeline_view

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from plans.domain.picture import Picture
    from plans.domain.plan import Plan
    from plans.security.person import BoardRequest

_TIMELINE = Kind("timeline", "plans/timeline/_timeline.html")


@require_safe
@person_required
@refusals_shown
def timeline(request: BoardRequest, namespace: str) -> HttpResponseBase:
    """Draw what sessions did; ``?rev=`` is what is looked at, ``?span=&around=`` the stretch of time."""
    picture, replay = looked_at(request, namespace)
    past = past_of(namespace)
    newest = past.at(past.newest) if picture.is_past else picture.plan
    asked = Asked(
        query=request.GET.get("q", ""),
        span=request.GET.get("span", ""),
        around=digits.number_in(request.GET.get("around", ""), digits.TIME) or 0,
        step=chosen_step(request, picture),
    )
    wanted = _wanted(picture, newest, asked.query)
    view = timeline_view(picture, past.lines, story=past.story, newest=newest, wanted=wanted, asked=asked)
    return view_answer(request, picture, _TIMELINE, view=view, replay=replay)


def _wanted(picture: Picture, newest: Plan, query: str) -> set[int] | None:
    """Name the steps that the filter keeps; later ones are asked as they are now."""
    if not query.strip():
        return None
    return matching_steps(picture, query) | (
        matching_steps(picture_of(newest), query) - picture.plan.positions.keys()
    )
