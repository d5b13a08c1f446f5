"""Coming in and going out: the first page, signing in by a one-time code, signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import logout as sign_out
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plans.django_wiring import environment
from plans.security.login import sign_in_with_code
from plans.security.login_attempts import TooManyAttempts
from plans.security.login_codes import LoginCodeRefused
from plans.security.person import LOGIN_PATH, safe_next
from plans.web.addresses import PLANS
from plans.web.answers import SeeOther
from plans.web.forms import LoginForm
from plans.web.need_urls import NEEDS
from plans.web.queueing import count_of
from plans.web.sockets import close_sockets
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

HOME = "/"
LOCAL_PERSON = "local"
"""The one person of a board that is open to this machine only; the journal says ``person:local``."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Go where people start: to what needs them, to all plans where nothing does."""
    needed = request.user.is_authenticated and count_of(request.user, now=now_ms())
    return redirect(NEEDS if needed else PLANS)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Exchange the terminal's code for a session. The code never stands in a URL that is sent."""
    onward = safe_next(request.POST.get("next") or request.GET.get("next") or HOME)
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(onward)
        return render(request, "plans/login.html", {"form": LoginForm(), "next": onward})
    form = LoginForm(request.POST)
    if not form.is_valid():
        return render(request, "plans/login.html", {"form": form, "next": onward}, status=422)
    return _exchange(request, form, onward)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Forget the session, and close its sockets."""
    key = request.session.session_key
    sign_out(request)
    if key:
        close_sockets(key)
    return SeeOther(LOGIN_PATH)


def _exchange(request: HttpRequest, form: LoginForm, onward: str) -> HttpResponse:
    code = form.cleaned_data["code"]
    try:
        sign_in_with_code(request, code, home=environment().home, name=LOCAL_PERSON, now=now_ms())
    except LoginCodeRefused as refused:
        return _again(request, form, onward, refused=refused, status=403)
    except TooManyAttempts as refused:
        answer = _again(request, form, onward, refused=refused, status=429)
        answer["Retry-After"] = str(refused.retry_after)
        return answer
    return SeeOther(onward)


def _again(
    request: HttpRequest,
    form: LoginForm,
    onward: str,
    *,
    refused: LoginCodeRefused | TooManyAttempts,
    status: int,
) -> HttpResponse:
    form.add_error("code", f"{refused.message}. {refused.advice}")
    return render(request, "plans/login.html", {"form": form, "next": onward}, status=status)
