"""Managing people: who may come in, with which password, and what they may do. Only admins get here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from plans.actions.refusals import status_of
from plans.django_wiring import environment
from plans.domain.errors import PlanError
from plans.security import accounts
from plans.security.handing_over import keep, leave, told
from plans.security.people_note import note_change
from plans.security.person import admin_required
from plans.web.answers import go
from plans.web.auditing import audit, audit_anyway
from plans.web.form_fields import NOT_TAKEN, faults_of
from plans.web.gathering import take_told, tell
from plans.web.pages import sidebar
from plans.web.people_page import PersonForm, RoleForm, Sent, people_views
from plans.web.seen_plans import seen_plans
from plans.web.sockets import SOCKETS
from plans.wiring import now_ms

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from plans.security.person import BoardRequest


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def people(request: BoardRequest) -> HttpResponse:
    """List everybody; POST lets somebody in."""
    if request.method != "POST":
        return _page(request, PersonForm())
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=NOT_TAKEN)
    name = form.cleaned_data["name"]
    try:
        with transaction.atomic():
            accounts.add_person(name, form.cleaned_data["password"], form.rights)
            audit(request, "user_added", person=name, rights=", ".join(map(str, form.rights)))
    except PlanError as error:
        form.add_error(None, f"{error.message}. {error.advice}")
        return _page(request, form, status=status_of(error))
    return _done(request, f"{name} can sign in now")


@require_POST
@admin_required
def role(request: BoardRequest, name: str) -> HttpResponse:
    """Let somebody do something else, instead of all they may now."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _again(request, Sent(name=name, form="role", error=faults_of(form)), status=NOT_TAKEN)
    said = ", ".join(map(str, form.rights))

    def change() -> str:
        accounts.change_rights(name, form.rights, also=False)
        left = _left(request, name)
        audit(request, "role_changed", person=name, rights=said, **left)
        return f"{name} is {said}{told(left, whose='Yours')}"

    return _changed(request, change, Sent(name=name, form="role", error=""))


@sensitive_post_parameters("password")
@require_POST
@admin_required
def password(request: BoardRequest, name: str) -> HttpResponse:
    """Give somebody another password; it ends their sessions."""

    def change() -> str:
        accounts.change_password(name, request.POST.get("password", ""))
        audit(request, "password_changed", person=name)
        return f"{name} has another password"

    return _changed(request, change, Sent(name=name, form="password", error=""))


@require_POST
@admin_required
def disable(request: BoardRequest, name: str) -> HttpResponse:
    """Let somebody in no more, from now on."""

    def change() -> str:
        accounts.switch_off(name)
        left = _left(request, name)
        audit_anyway(request, "user_disabled", person=name, **left)
        return f"{name} is signed out and cannot sign in{told(left, whose='Yours')}"

    return _changed(request, change, Sent(name=name, form="disable", error=""))


@require_POST
@admin_required
def enable(request: BoardRequest, name: str) -> HttpResponse:
    """Let somebody in again."""

    def change() -> str:
        accounts.switch_on(name)
        audit(request, "user_enabled", person=name)
        return f"{name} can sign in again"

    return _changed(request, change, Sent(name=name, form="enable", error=""))


def _left(request: BoardRequest, name: str) -> dict[str, str]:
    """Let rest, or take over, what somebody made who may have stopped being an admin."""
    if request.POST.get("keep"):
        return keep(name, by=request.user, now=now_ms())
    return leave(name)


def _changed(request: BoardRequest, change: Callable[[], str], sent: Sent) -> HttpResponse:
    try:
        with transaction.atomic():
            said = change()
    except PlanError as error:
        refused = Sent(name=sent.name, form=sent.form, error=f"{error.message}. {error.advice}")
        return _again(request, refused, status=status_of(error))
    return _done(request, said)


def _done(request: BoardRequest, said: str) -> HttpResponse:
    """Make open pages look at once whether they may stay, here and in other processes of this home."""
    note_change(environment().home)
    SOCKETS.poke_all()
    tell(request, said)
    return go(request, reverse("people"))


def _again(request: BoardRequest, sent: Sent, *, status: int) -> HttpResponse:
    return _page(request, PersonForm(), sent=sent, status=status)


def _page(
    request: BoardRequest, form: PersonForm, *, sent: Sent | None = None, status: int = 200
) -> HttpResponse:
    found = people_views(request.user.get_username(), sent=sent)
    context = {
        "people": found,
        "form": form,
        "lost": sent if sent and sent.name not in {person.name for person in found} else None,
        "told": take_told(request),
    }
    return render(
        request, "plans/people.html", context | sidebar(seen_plans(request), screen="settings"), status=status
    )
