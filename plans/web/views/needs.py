"""Needs you: the queue over all plans with one step open beside it, and what became of an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from plans.mirror.reading import plan_rows
from plans.security.person import person_required
from plans.security.roles import Role, may
from plans.web.gathering import take_told
from plans.web.need_page import became, needs_page, opened, queue_etag
from plans.web.needs import queue_view
from plans.web.queueing import queue_of
from plans.web.refusing import refusals_shown
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from plans.security.person import BoardRequest
    from plans.web.needs import QueueView


@require_safe
@person_required
@refusals_shown
def needs(request: BoardRequest, namespace: str = "", number: int = 0) -> HttpResponseBase:
    """Show the queue; ``?fragment=queue`` gives it alone, ``?fragment=pane`` the step that is open."""
    found = queue_of(request, now=now_ms())
    view = queue_view(
        found,
        show=request.GET.get("show", ""),
        current=(namespace, number) if number else None,
        allowed=may(request.user, Role.OPERATOR),
    )
    if request.GET.get("fragment") == "queue":
        return _again(request, view)
    pane = opened(request, found, view, at=(namespace, number))
    if request.GET.get("fragment") == "pane":
        template = "plans/needs/_alike.html" if "alike" in pane else "plans/needs/_pane.html"
        return render(request, template, pane) if pane else HttpResponse(status=204)
    context = needs_page(view, rows=plan_rows(), told=take_told(request), is_open=bool(number))
    return render(request, "plans/needs.html", context | pane)


@require_safe
@person_required
def gone(request: BoardRequest, namespace: str, number: int) -> HttpResponse:
    """Say in a few words why a step is no longer in the queue."""
    return HttpResponse(became(request, namespace, number), content_type="text/plain; charset=utf-8")


def _again(request: BoardRequest, view: QueueView) -> HttpResponseBase:
    """Give what a page needs to keep its queue true, or 304 when it has that."""
    etag = queue_etag(request, view)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = render(request, "plans/needs/_queue.html", {"queue": view, "is_fragment": True})
    answer["ETag"] = etag
    return answer
