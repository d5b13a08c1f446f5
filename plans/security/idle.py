"""Keep a session while it is used: twelve idle hours end it, not the twelfth hour after signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    type Answering = Callable[[HttpRequest], HttpResponseBase]

RENEWED_AT: Final = "renewed_at"
# A write for every request would queue behind the worker's; 12 hours need no such exactness.
RENEW_SECONDS: Final = 10 * 60


def renew_used_sessions(get_response: Answering) -> Answering:
    """Make the middleware, which goes behind Django's own for sessions and users."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            _renew(request.session)
        return get_response(request)

    return answer


def _renew(session: SessionBase) -> None:
    """Write the session again when that is due; its age is counted from the last write."""
    now = int(timezone.now().timestamp())
    if abs(now - session.get(RENEWED_AT, 0)) >= RENEW_SECONDS:
        session[RENEWED_AT] = now
