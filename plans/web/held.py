"""Refuses what is sent from a page of an older revision: what one sees there is not what would be changed."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.utils.decorators import sync_and_async_middleware

from plans.domain.errors import PlanError, Refusal
from plans.security.origin import SAFE_METHODS
from plans.security.person import address_in
from plans.security.text import clean_line
from plans.web.addresses import PLANS, REV, board_url
from plans.web.refusing import refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from django.http.response import HttpResponseBase

    from plans.security.person import BoardRequest

    type Answering = Callable[[BoardRequest], HttpResponseBase]
    type AnsweringLater = Callable[[BoardRequest], Awaitable[HttpResponseBase]]

_LONG = 20
"""Letters that no revision has, of what calls itself one."""


class LookingBack(PlanError):
    """A change was sent from a page that shows an older revision."""

    refusal = Refusal.RULE
    code = "looking_back"
    advice = "Go back to now, look at the plan as it is, and change it there."

    def __init__(self, revision: str) -> None:
        super().__init__(f"You are looking at rev {revision}, which cannot be changed")


@sync_and_async_middleware
def hold_while_looking_back(get_response: Answering | AnsweringLater) -> Answering | AnsweringLater:
    """Make the middleware, which goes behind Django's own for users and htmx's.

    An asynchronous view keeps no thread waiting for it.
    """
    if iscoroutinefunction(get_response):
        return _later(cast("AnsweringLater", get_response))
    answered = cast("Answering", get_response)

    def answer(request: BoardRequest) -> HttpResponseBase:
        return _held(request) or answered(request)

    return answer


def _later(answered: AnsweringLater) -> AnsweringLater:
    async def answer(request: BoardRequest) -> HttpResponseBase:
        held = await sync_to_async(_held)(request) if _may_be_held(request) else None
        return held or await answered(request)

    return answer


def _held(request: BoardRequest) -> HttpResponseBase | None:
    """Refuse a change that was sent from a page of an older revision; None where it was not."""
    revision = _looks_at(request) if _may_be_held(request) else ""
    if not revision or not request.user.is_authenticated:
        return None
    now = board_url(request.path.removeprefix(PLANS).partition("/")[0])
    return refused(request, LookingBack(revision), back=now, fields=request.POST.dict())


def _may_be_held(request: BoardRequest) -> bool:
    return request.method not in SAFE_METHODS and _changes_a_plan(request.path)


def _changes_a_plan(path: str) -> bool:
    """Tell whether an address belongs to one plan; putting an older revision back is meant for there."""
    return path.startswith(PLANS) and path != PLANS and not path.endswith("/restore/")


def _looks_at(request: BoardRequest) -> str:
    """Name the revision that the form, or the page it was sent from, says it looks at."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    on_page = parse_qs(address_in(page).query).get(REV, [""])[-1]
    return clean_line((request.POST.get(REV) or request.GET.get(REV) or on_page)[:_LONG])
