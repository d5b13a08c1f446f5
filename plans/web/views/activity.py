"""What happened in all plans or one: the newest first, older ones on demand, new ones as they come."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.domain.happening import Happening
from plans.mirror import activity as events
from plans.mirror.activity import Place, Wanted
from plans.security.person import person_required, sight
from plans.web.activity_lines import older_lines, wanted, worded
from plans.web.activity_page import Figures, Filters, around_view
from plans.web.gathering import take_told
from plans.web.pages import sidebar
from plans.web.seen_plans import seen_plans
from plans.web.spans import DAY, HOUR
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from plans.security.person import BoardRequest
    from plans.web.activity_page import AroundView
    from plans.web.seen_plans import SeenPlan

MOST_NEW = 100
HOURS = 12
_MOMENT = re.compile(r"\d{12,14}", re.ASCII)
"""Milliseconds: years 1973 to 5138."""
_PLACE = re.compile(r"(-?\d{1,18})-(\d{1,18})", re.ASCII)


@require_safe
@person_required
def activity(request: BoardRequest) -> HttpResponseBase:
    """List what happened; ``fragment`` is ``older`` or ``newer`` for the lines alone."""
    filters = _filters(request)
    part = request.GET.get("fragment", "")
    if part == "newer":
        return _newer(request, filters)
    before, seen = _place(request.GET.get("before", "")), sight(request)
    mark = events.newest(seen)  # before the lines are read: what is copied between the two is new then
    if part == "older":
        context = older_lines(seen, filters, before=before) | {"mark": mark if before is None else None}
        return render(request, "plans/activity/_older.html", context)
    context = older_lines(seen, filters, before=before) | _around(request, filters)
    told = {"mark": mark, "is_older": before is not None, "told": take_told(request)}
    return render(request, "plans/activity.html", context | told)


def _newer(request: BoardRequest, filters: Filters) -> HttpResponse:
    after = _place(request.GET.get("after", ""))
    what = wanted(sight(request), filters)
    now = now_ms()
    happened = events.newer(what, after=after, limit=MOST_NEW, now=now) if after else []
    newest = max((event.place.row for event in happened), default=0)
    lines = worded(happened, what.words)
    if not lines:
        return HttpResponse(status=204)
    context = {
        "lines": lines,
        "mark": Place(min(happened[0].place.at, now), newest),
        "is_all": len(happened) < MOST_NEW,
        "around": _counted(request, filters, seen_plans(request)),
    }
    return render(request, "plans/activity/_newer.html", context)


def _around(request: BoardRequest, filters: Filters) -> dict[str, object]:
    rows = seen_plans(request)
    return {"around": _counted(request, filters, rows), **sidebar(rows, screen="activity")}


def _counted(request: BoardRequest, filters: Filters, rows: list[SeenPlan]) -> AroundView:
    now = now_ms()
    scope = Wanted(sight=sight(request), plan=filters.plan, group=filters.group)
    figures = Figures(
        hour=events.tally(scope, since=now - HOUR),
        decided=events.tally(_decisions(scope), since=now - now % DAY),
        by_hour=events.by_hour(scope, now=now, hours=HOURS),
    )
    return around_view(filters, figures, rows)


def _decisions(scope: Wanted) -> Wanted:
    """Of a whole day only the decisions are counted: all that happened would take too long."""
    return msgspec.structs.replace(scope, sort=Happening.DECISIONS)


def _filters(request: BoardRequest) -> Filters:
    asked = {name: request.GET.get(name, "").strip() for name in Filters.__struct_fields__}
    if asked["kind"] not in set(Happening):
        asked["kind"] = ""
    if not _MOMENT.fullmatch(asked["since"]):
        asked["since"] = ""
    return Filters(**asked)


def _place(text: str) -> Place | None:
    found = _PLACE.fullmatch(text)
    return Place(int(found[1]), int(found[2])) if found else None
