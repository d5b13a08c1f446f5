"""A plan's menu: what can be done to the plan as a whole, hanging on a button or as a page of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.security.person import person_required
from plans.web.gathering import shown
from plans.web.plan_pages import menu_context, plan_page
from plans.web.refusing import refusals_shown

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from plans.security.person import BoardRequest


@require_safe
@person_required
@refusals_shown
def actions(request: BoardRequest, namespace: str) -> HttpResponseBase:
    """Show the menu; ``?fragment=menu`` gives what scripts hang on the button that was pressed."""
    if request.GET.get("fragment") == "menu":
        picture = shown(request, namespace)
        return render(request, "plans/plan/_menu.html", menu_context(request, picture))
    return plan_page(request, namespace, "plans/plan/menu.html")
