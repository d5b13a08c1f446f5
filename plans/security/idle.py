"""Keep a session while it is used: twelve idle hours end it, not the twelfth hour after signing in.

What a page asks for by itself, a part of it by ``?fragment=``, is no use: a board that is left open follows
its agents for days.
"""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Final, cast

from asgiref.sync import sync_to_async
from django.utils import timezone
from django.utils.decorators import sync_and_async_middleware

from plans.security.origin import is_token_door

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    type Answering = Callable[[HttpRequest], HttpResponseBase]
    type AnsweringLater = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

RENEWED_AT: Final = "renewed_at"
# A write for every request would queue behind the worker's; 12 hours need no such exactness.
RENEW_SECONDS: Final = 10 * 60


@sync_and_async_middleware
def renew_used_sessions(get_response: Answering | AnsweringLater) -> Answering | AnsweringLater:
    """Make the middleware, which goes behind Django's own for sessions and users.

    An asynchronous view keeps no thread waiting for it. Agents have no sessions.
    """
    if iscoroutinefunction(get_response):
        return _later(cast("AnsweringLater", get_response))
    answered = cast("Answering", get_response)

    def answer(request: HttpRequest) -> HttpResponseBase:
        _renew_used(request)
        return answered(request)

    return answer


def _later(answered: AnsweringLater) -> AnsweringLater:
    async def answer(request: HttpRequest) -> HttpResponseBase:
        if not is_token_door(request.path):
            await sync_to_async(_renew_used)(request)
        return await answered(request)

    return answer


def _renew_used(request: HttpRequest) -> None:
    if "fragment" not in request.GET and not is_token_door(request.path) and request.user.is_authenticated:
        _renew(request.session)


def _renew(session: SessionBase) -> None:
    """Write the session again when that is due; its age is counted from the last write."""
    now = int(timezone.now().timestamp())
    if abs(now - session.get(RENEWED_AT, 0)) >= RENEW_SECONDS:
        session[RENEWED_AT] = now
