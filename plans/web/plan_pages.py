"""What the pages of a plan's menu are given: the menu itself, delete, duplicate, add a list."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.shortcuts import render

from plans.actions.refusals import status_of
from plans.web.gathering import can, shown
from plans.web.pages import sidebar
from plans.web.plan_menu import menu_view
from plans.web.refusing import with_retry
from plans.web.seen_plans import seen_plans

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.domain.errors import PlanError
    from plans.domain.picture import Picture
    from plans.security.person import BoardRequest
    from plans.web.pages import Context


def menu_context(request: BoardRequest, picture: Picture) -> Context:
    """Give a plan's menu and the sidebar around it."""
    rows = seen_plans(request)
    menu = menu_view(picture, rows=rows, allowed=bool(can(request, picture.plan.namespace)))
    return {"menu": menu, **sidebar(rows, current=picture.plan.namespace)}


def plan_page(
    request: BoardRequest,
    namespace: str,
    template: str,
    *,
    picture: Picture | None = None,
    error: PlanError | None = None,
    **context: object,
) -> HttpResponse:
    """Show one page of a plan's menu, with the refusal of what was sent from it.

    ``once`` is a key for its form, so that sending it twice does it once. Raises PlanNotFound.
    """
    found = picture or shown(request, namespace)
    status = status_of(error) if error else 200
    once = {"refused": error, "once": secrets.token_urlsafe(9)}
    filled = menu_context(request, found) | once | context
    answer = render(request, template, filled, status=status)
    return with_retry(answer, error) if error else answer
