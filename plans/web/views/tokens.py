"""Managing agents' tokens: who comes in through the API and MCP, and for what. Only admins get here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from plans.actions.refusals import status_of
from plans.people import tokens as kept
from plans.security.audit import NotNoted
from plans.security.person import admin_required
from plans.web.answers import go
from plans.web.auditing import audit, audit_anyway
from plans.web.form_fields import NOT_TAKEN
from plans.web.gathering import take_told, tell
from plans.web.pages import sidebar
from plans.web.refusing import refusals_shown
from plans.web.seen_plans import seen_plans
from plans.web.token_page import TokenForm, token_views
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.people.tokens import AgentToken
    from plans.security.person import BoardRequest


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def tokens(request: BoardRequest) -> HttpResponse:
    """List the tokens; POST makes one and shows it, this once."""
    if request.method != "POST":
        return _page(request, TokenForm())
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=NOT_TAKEN)
    session, plans, verbs = form.cleaned_data["session"], form.cleaned_data["plans"], form.allowed
    said = {"session": session, "plans": " ".join(plans), "verbs": " ".join(verbs)}
    try:
        with transaction.atomic():
            made, token = kept.issue(session=session, plans=plans, verbs=verbs, now=now_ms(), by=request.user)
            audit(request, "token_made", token=made.pk, **said)
    except NotNoted as error:
        form.add_error(None, f"{error.message}. {error.advice}")
        return _page(request, form, status=status_of(error))
    return _page(request, TokenForm(), made=made, token=token)


@require_POST
@admin_required
def revoke(request: BoardRequest, number: int) -> HttpResponse:
    """End a token for good."""
    if kept.revoke(number, now=now_ms()):
        audit_anyway(request, "token_revoked", token=number)
        tell(request, f"Token {number} is revoked")
    else:
        tell(request, f"There is no token {number} that works")
    return go(request, reverse("tokens"))


@require_POST
@admin_required
@refusals_shown
@transaction.atomic
def take(request: BoardRequest, number: int) -> HttpResponse:
    """Let a token be this admin's from now on: it rests with whoever made it."""
    if kept.take(number, by=request.user):
        audit(request, "token_taken_over", token=number)
        tell(request, f"Token {number} is yours now")
    else:
        tell(request, f"There is no token {number} that works")
    return go(request, reverse("tokens"))


def _page(
    request: BoardRequest,
    form: TokenForm,
    *,
    made: AgentToken | None = None,
    token: str = "",
    status: int = 200,
) -> HttpResponse:
    working, revoked = token_views()
    context = {
        "working": working,
        "revoked": revoked,
        "form": form,
        "made": made,
        "token": token,
        "told": take_told(request),
    }
    page = context | sidebar(seen_plans(request), screen="settings")
    return render(request, "plans/tokens.html", page, status=status)
