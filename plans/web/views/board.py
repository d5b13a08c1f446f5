"""The board of one plan: the whole page, and the part of it that is fetched again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from plans.security.person import person_required
from plans.web.document import document_view
from plans.web.etags import board_etag
from plans.web.gathering import can, latest, take_told
from plans.web.lanes import group_of, lanes_of
from plans.web.matching import matching_answer, matching_steps
from plans.web.pages import board_page
from plans.web.refusing import refusals_shown
from plans.web.replay import looked_at
from plans.web.seen_plans import seen_plans
from plans.web.showing import opened_drawer

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from plans.domain.picture import Picture
    from plans.security.person import BoardRequest


@require_safe
@person_required
@refusals_shown
def board(request: BoardRequest, namespace: str) -> HttpResponseBase:
    """Show a plan; ``?fragment=board`` gives what a page replaces when it has to start over."""
    picture, replay = looked_at(request, namespace)
    match request.GET.get("fragment"):
        case "board":
            return _again(request, picture)
        case "lanes":
            return _lanes(request, picture)
        case "matching":
            return _matching(picture, request.GET.get("q", ""))
    context = board_page(
        picture,
        rows=seen_plans(request),
        can=can(request, picture.plan.namespace),
        query=request.GET.get("q", ""),
        more=request.GET.get("more", ""),
        group=request.GET.get("group", ""),
        drawer=opened_drawer(request, picture),
        told=take_told(request),
    )
    last = {"replay": replay} if replay else latest(namespace)
    return render(request, "plans/board.html", context | last | {"document": document_view(picture)})


def _lanes(request: BoardRequest, picture: Picture) -> HttpResponseBase:
    """Give the heads of the lanes; which cards stand in them is pushed."""
    query, group = request.GET.get("q", ""), group_of(request.GET.get("group", ""))
    lanes = lanes_of(picture, group, matching=matching_steps(picture, query)) if group else ()
    board = {"group": group, "lanes": lanes, "is_read_only": not picture.writable}
    return render(request, "plans/board/_lanes.html", {"board": board})


def _matching(picture: Picture, query: str) -> HttpResponseBase:
    """Say which cards a filter leaves; the page that shows them knows neither its language nor the notes."""
    return JsonResponse(matching_answer(picture, query))


def _again(request: BoardRequest, picture: Picture) -> HttpResponseBase:
    """Give the board's fragment, or 304 to a page that has it already."""
    etag = board_etag(request, picture)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        context = board_page(
            picture,
            can=can(request, picture.plan.namespace),
            query=request.GET.get("q", ""),
            more=request.GET.get("more", ""),
            group=request.GET.get("group", ""),
        )
        answer = render(request, "plans/board/_again.html", context | {"document": document_view(picture)})
    answer["ETag"] = etag
    return answer
