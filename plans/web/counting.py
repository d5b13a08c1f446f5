"""How many steps need the person, and how many sessions are there: for what stands on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.functional import SimpleLazyObject

from plans.mirror.roll_call import count_live
from plans.security.roles import sight_of
from plans.web.queueing import count_of
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpRequest


def needs_count(request: HttpRequest) -> dict[str, object]:
    """Give every template ``needs_count``; only pages that show it ask for it."""

    def counted() -> int:
        user = getattr(request, "user", None)  # a request may be refused before anybody is known
        return count_of(user, now=now_ms()) if user is not None and user.is_authenticated else 0

    return {"needs_count": SimpleLazyObject(counted)}


def session_count(request: HttpRequest) -> dict[str, object]:
    """Give every template ``session_count``; only pages that show it ask for it."""

    def counted() -> int:
        user = getattr(request, "user", None)
        return count_live(sight_of(user)) if user is not None and user.is_authenticated else 0

    return {"session_count": SimpleLazyObject(counted)}
