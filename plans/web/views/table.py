"""The plan as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_safe

from plans.security.person import person_required
from plans.web.framing import number_of
from plans.web.refusing import refusals_shown
from plans.web.replay import looked_at
from plans.web.showing import Kind, chosen_step, view_answer
from plans.web.table import WINDOW, Asked, table_view

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from plans.security.person import BoardRequest

_TABLE = Kind("table", "plans/table/_table.html")


@require_safe
@person_required
@refusals_shown
def table(request: BoardRequest, namespace: str) -> HttpResponseBase:
    """List a plan's steps; ``?sort=`` names a column, ``?show=`` how many rows are wanted."""
    picture, replay = looked_at(request, namespace)
    asked = Asked(
        query=request.GET.get("q", ""),
        sort=request.GET.get("sort", ""),
        size=max(WINDOW, number_of(request.GET.get("show", ""))),
        chosen=chosen_step(request, picture),
    )
    return view_answer(request, picture, _TABLE, view=table_view(picture, asked), replay=replay)
