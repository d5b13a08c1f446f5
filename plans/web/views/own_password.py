"""Changing one's own password. What others' passwords are, admins say on the page of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, override

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from plans.actions.refusals import status_of
from plans.django_wiring import environment
from plans.domain.errors import PlanError, WrongInput
from plans.security.accounts import comes_by_password
from plans.security.login import PASSWORD_LENGTH
from plans.security.login_attempts import TooManyAttempts
from plans.security.own_password import OldPasswordRefused, change_own_password
from plans.security.people_note import note_change
from plans.security.person import person_required
from plans.web.answers import go
from plans.web.auditing import audit, audit_refused
from plans.web.form_fields import NOT_TAKEN
from plans.web.gathering import tell
from plans.web.pages import sidebar
from plans.web.refusing import with_retry
from plans.web.seen_plans import seen_plans
from plans.web.sockets import SOCKETS
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest

_DIFFER: Final = "This is not the same as the new password above. Type both again."


class OwnPasswordForm(forms.Form):
    """The password until now, and the next one twice: nobody sees what they type."""

    old_password = forms.CharField(
        max_length=PASSWORD_LENGTH, strip=False, error_messages={"required": "Type your current password."}
    )
    new_password = forms.CharField(
        max_length=PASSWORD_LENGTH, strip=False, error_messages={"required": "Type a new password."}
    )
    password_again = forms.CharField(
        max_length=PASSWORD_LENGTH, strip=False, error_messages={"required": "Type the new password again."}
    )

    @override
    def clean(self) -> dict[str, object]:
        values: dict[str, object] = super().clean() or {}
        typed = [values.get(field) for field in ("new_password", "password_again")]
        if all(typed) and typed[0] != typed[1]:
            self.add_error("password_again", _DIFFER)
        return values


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def own_password(request: BoardRequest) -> HttpResponse:
    """Ask for the old password and a new one; POST changes it."""
    if request.method != "POST":
        return _page(request, OwnPasswordForm())
    form = OwnPasswordForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=NOT_TAKEN)
    old, new = form.cleaned_data["old_password"], form.cleaned_data["new_password"]
    name = request.user.get_username()
    try:
        change_own_password(
            request,
            request.user,
            old=old,
            new=new,
            now=now_ms(),
            noting=lambda _: audit(request, "password_changed", person=name),
        )
    except PlanError as error:
        return _refused(request, form, error)
    note_change(environment().home)
    SOCKETS.poke_all()
    tell(request, "Your password is changed. Elsewhere you are signed out")
    return go(request, reverse("settings"))


def _refused(request: BoardRequest, form: OwnPasswordForm, error: PlanError) -> HttpResponse:
    """Show what was wrong beside its field. Guesses at the old password are noted."""
    is_guess = isinstance(error, OldPasswordRefused | TooManyAttempts)
    if is_guess:
        audit_refused(request, "password_not_changed", who=f"person:{request.user}", why=error.code)
    field = "old_password" if is_guess else "new_password" if isinstance(error, WrongInput) else None
    form.add_error(field, f"{error.message}. {error.advice}")
    return with_retry(_page(request, form, status=status_of(error)), error)


def _page(request: BoardRequest, form: OwnPasswordForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "name": request.user.get_username(),
        "has_password": comes_by_password(request.user),
    }
    page = context | sidebar(seen_plans(request), screen="settings")
    return render(request, "plans/own_password.html", page, status=status)
