"""Coming in and going out: the first page, signing in by a one-time code or a password, signing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import logout as sign_out
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plans.actions.refusals import status_of
from plans.django_wiring import environment
from plans.people.rights import rights_of
from plans.security.accounts import is_known, people_with_passwords
from plans.security.audit import NotNoted
from plans.security.login import PasswordRefused, SwitchedOff, sign_in_with_code, sign_in_with_password
from plans.security.login_attempts import TooManyAttempts
from plans.security.login_codes import LoginCodeRefused
from plans.security.person import LOGIN_PATH, safe_next
from plans.web.addresses import PLANS
from plans.web.answers import SeeOther
from plans.web.auditing import audit, audit_anyway, audit_refused
from plans.web.form_fields import NOT_TAKEN
from plans.web.forms import LoginForm, PasswordForm
from plans.web.need_urls import NEEDS
from plans.web.queueing import count_of
from plans.web.refusing import with_retry
from plans.web.sockets import close_sockets
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpRequest, HttpResponse

    from plans.domain.errors import PlanError
    from plans.security.login import Noting

HOME = "/"
LOCAL_PERSON = "local"
"""The one person of a board that is open to this machine only; the journal says ``person:local``."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Go where people start: to what needs them, to all plans where nothing does."""
    needed = request.user.is_authenticated and count_of(request.user, now=now_ms())
    return redirect(NEEDS if needed else PLANS)


@never_cache
@sensitive_post_parameters("code", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Exchange the terminal's code, or a name and a password, for a session. Neither stands in a URL."""
    onward = safe_next(request.POST.get("next") or request.GET.get("next") or HOME)
    if request.method == "POST":
        return _by_password(request, onward) if "password" in request.POST else _by_code(request, onward)
    return redirect(onward) if request.user.is_authenticated else _page(request, onward)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Forget the session, and close its sockets."""
    key = request.session.session_key
    if request.user.is_authenticated:
        audit_anyway(request, "logout")
    sign_out(request)
    if key:
        close_sockets(key)
    return SeeOther(LOGIN_PATH)


def _by_code(request: HttpRequest, onward: str) -> HttpResponse:
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _page(request, onward, code=form, status=NOT_TAKEN)
    try:
        sign_in_with_code(
            request,
            form.cleaned_data["code"],
            home=environment().home,
            name=LOCAL_PERSON,
            now=now_ms(),
            noting=_noting(request, "code"),
            adding=_adding(request),
        )
    except (LoginCodeRefused, SwitchedOff, TooManyAttempts, NotNoted) as refused:
        form.add_error("code", f"{refused.message}. {refused.advice}")
        return _refused(request, refused, _page(request, onward, code=form), who=f"person:{LOCAL_PERSON}")
    return SeeOther(onward)


def _by_password(request: HttpRequest, onward: str) -> HttpResponse:
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _page(request, onward, password=form, status=NOT_TAKEN)
    name = form.cleaned_data["name"]
    try:
        noting = _noting(request, "password")
        sign_in_with_password(request, name, form.cleaned_data["password"], now=now_ms(), noting=noting)
    except (PasswordRefused, TooManyAttempts, NotNoted) as refused:
        form.add_error("password", f"{refused.message}. {refused.advice}")
        return _refused(request, refused, _page(request, onward, password=form), who=_known(name))
    return SeeOther(onward)


def _noting(request: HttpRequest, by: str) -> Noting:
    return lambda user: audit(request, "login", who=f"person:{user.get_username()}", by=by)


def _adding(request: HttpRequest) -> Noting:
    """Note the account that the first code makes."""

    def note(user: User) -> None:
        name, rights = user.get_username(), ", ".join(map(str, rights_of(user).held))
        audit(request, "user_added", who=f"person:{name}", person=name, rights=rights, by="code")

    return note


def _refused(request: HttpRequest, refused: PlanError, answer: HttpResponse, *, who: str) -> HttpResponse:
    """Note who was not let in; ``who`` is what they called themselves."""
    audit_refused(request, "login_failed", who=who, why=refused.code)
    answer.status_code = status_of(refused)
    return with_retry(answer, refused)


def _known(name: str) -> str:
    """Name somebody who has an account; what others typed may be a password in the wrong field."""
    return f"person:{name}" if is_known(name) else "stranger"


def _page(
    request: HttpRequest,
    onward: str,
    *,
    code: LoginForm | None = None,
    password: PasswordForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": code or LoginForm(),
        "password": password or (PasswordForm() if people_with_passwords() else None),
        "next": onward,
    }
    return render(request, "plans/login.html", context, status=status)
