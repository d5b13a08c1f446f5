"""What is answered to who may not: a page of its own, or a sentence where a form asked without leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.shortcuts import render

from plans.security.person import SignedOut
from plans.security.roles import NotAllowed
from plans.security.text import clean_line
from plans.web.addresses import PLANS
from plans.web.forms import typed
from plans.web.proxied import Stranger, Unnoted
from plans.web.refusing import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    type Typed = Sequence[tuple[str, str]]

_STATUS: Final = 403
_TOLD: Final = (NotAllowed, Stranger)
"""What says itself why."""
_ASK: Final = "Nothing was changed. Whoever manages this board can allow it."
_NOBODY: Final = 401
_OUT: Final = Said(
    "You are signed out", "Nothing was changed. Copy what you typed, sign in and send it again."
)
_FORM: Final = Said(
    "This form is too old to be sent",
    "Nothing was changed. Copy what you typed, reload the page and send it again.",
)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer who is nobody any more, or has not the role: which one it takes, and for which plans."""
    if isinstance(exception, SignedOut):
        return _signed_out(request, exception)
    if isinstance(exception, Unnoted):
        return _unnoted(request, exception)
    why = clean_line(str(exception)) if isinstance(exception, _TOLD) else "You cannot do this"
    lost = _typed(request) if isinstance(exception, NotAllowed) else ()
    return _answered(request, Said(why, _ASK), lost, page="403.html")


def _signed_out(request: HttpRequest, error: SignedOut) -> HttpResponse:
    context = {
        "message": _OUT.message,
        "advice": _OUT.advice,
        "status": _NOBODY,
        "typed": _typed(request),
        "sign_in": error.sign_in,
    }
    return render(request, "plans/refused.html", context, status=_NOBODY)


def _unnoted(request: HttpRequest, error: Unnoted) -> HttpResponse:
    said = {"message": str(error), "advice": error.advice, "status": error.status}
    page = {"back": PLANS, "plans_url": PLANS, "typed": _typed(request)}
    return render(request, "plans/refused.html", said | page, status=error.status)


def too_old(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's
    """Answer a form whose secret is not that of the session."""
    return _answered(request, _FORM, _typed(request), page="403_csrf.html")


def _answered(request: HttpRequest, said: Said, lost: Typed, *, page: str) -> HttpResponse:
    if getattr(request, "htmx", False):
        return render(request, "plans/answers/_refused.html", {"refused": said}, status=_STATUS)
    return render(request, page, {"refused": said, "typed": lost}, status=_STATUS)


def _typed(request: HttpRequest) -> Typed:
    """Give back what was typed: without scripts the form's page is gone."""
    sent = typed(request.POST.dict())
    return [(name, text) for name, text in sent if text.strip() and "password" not in name]
