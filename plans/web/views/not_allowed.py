"""What is answered to who may not: a page of its own, or a sentence where a form asked without leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.shortcuts import render

from plans.web.refusing import Said

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_STATUS: Final = 403
_ROLE: Final = Said("You cannot do this", "Nothing was changed. Whoever manages this board can allow it.")
_FORM: Final = Said(
    "This form is too old to be sent",
    "Nothing was changed. Copy what you typed, reload the page and send it again.",
)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's
    """Answer who has not the role."""
    return _answered(request, _ROLE, page="403.html")


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's
    """Answer a form whose secret is not that of the session."""
    return _answered(request, _FORM, page="403_csrf.html")


def _answered(request: HttpRequest, said: Said, *, page: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        return render(request, "plans/answers/_refused.html", {"refused": said}, status=_STATUS)
    return render(request, page, status=_STATUS)
