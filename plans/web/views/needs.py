"""Needs you: the queue over all plans with one step open beside it, and what became of an entry."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.security.person import person_required
from plans.web.gathering import take_told, worker_said
from plans.web.need_page import became, needs_page, opened
from plans.web.needs import queue_view
from plans.web.queueing import queue_of, version_of
from plans.web.refusing import refusals_shown
from plans.web.seen_plans import seen_plans
from plans.wiring import now_ms

if TYPE_CHECKING:
    from plans.security.person import BoardRequest
    from plans.web.need_urls import Key
    from plans.web.needs import QueueView
    from plans.web.queueing import Queue

_ETAG = re.compile(r'"(?P<version>[0-9a-f]{16})-(?P<shown>[0-9a-f]{16})"', re.ASCII)


@require_safe
@person_required
@refusals_shown
def needs(request: BoardRequest, namespace: str = "", number: int = 0) -> HttpResponse:
    """Show the queue; ``?fragment=queue`` gives it alone, ``?fragment=pane`` the step that is open."""
    at = (namespace, number)
    if request.GET.get("fragment") == "queue":
        return _again(request, at=at)
    found, view = _read(request, at=at)
    pane = opened(request, found, view, at=at)
    if request.GET.get("fragment") == "pane":
        template = "plans/needs/_alike.html" if "alike" in pane else "plans/needs/_pane.html"
        return render(request, template, pane) if pane else HttpResponse(status=204)
    context = needs_page(
        view, rows=seen_plans(request, needed=found.by_plan), told=take_told(request), is_open=bool(number)
    )
    return render(request, "plans/needs.html", context | pane)


@require_safe
@person_required
def gone(request: BoardRequest, namespace: str, number: int) -> HttpResponse:
    """Say in a few words why a step is no longer in the queue."""
    return HttpResponse(became(request, namespace, number), content_type="text/plain; charset=utf-8")


def _read(request: BoardRequest, *, at: Key) -> tuple[Queue, QueueView]:
    found = queue_of(request, now=now_ms())
    view = queue_view(found, show=request.GET.get("show", ""), current=at if at[1] else None)
    return found, view


def _again(request: BoardRequest, *, at: Key) -> HttpResponse:
    """Give what a page needs to keep its queue true, or 304 when it has that.

    The ETag names both what the queue is made of and what it shows: where nothing happened at all it is not
    even read, where other things happened it is not sent.
    """
    known = _ETAG.search(request.headers.get("If-None-Match", ""))
    version, worker = version_of(request, now=now_ms()), worker_said()
    version = sha256(f"{version}{worker}".encode()).hexdigest()[:16]
    if known and known["version"] == version:
        return _with_etag(HttpResponse(status=304), f"{version}-{known['shown']}")
    _, view = _read(request, at=at)
    shown = sha256(msgspec.json.encode((view, worker))).hexdigest()[:16]
    context = {"queue": view, "worker": worker, "is_fragment": True}
    same = known is not None and known["shown"] == shown
    answer = HttpResponse(status=304) if same else render(request, "plans/needs/_queue.html", context)
    return _with_etag(answer, f"{version}-{shown}")


def _with_etag(answer: HttpResponse, etag: str) -> HttpResponse:
    answer["ETag"] = f'"{etag}"'
    return answer
