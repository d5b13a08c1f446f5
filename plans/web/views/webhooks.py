"""Notices: what this browser shows, and for admins the webhooks, their secrets, tests and logs."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plans.actions.refusals import status_of
from plans.django_wiring import new_uid, origin, targets
from plans.notices.noticing import queue_again, queue_test
from plans.people import webhooks
from plans.people.webhooks import KINDS, MOST, Webhook
from plans.security.audit import NotNoted
from plans.security.person import admin_required, person, person_required
from plans.security.roles import Role, may
from plans.security.text import clean_line
from plans.web.answers import go
from plans.web.auditing import audit, audit_anyway
from plans.web.form_fields import NOT_TAKEN
from plans.web.gathering import take_told, tell
from plans.web.pages import sidebar
from plans.web.refusing import refusals_shown
from plans.web.seen_plans import seen_plans
from plans.web.webhook_forms import WebhookForm
from plans.web.webhook_page import kind_views, log_view, webhook_view, webhook_views
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest

logger = logging.getLogger(__name__)
_TELLS_LESS = frozenset({"rests", "deleted", "is being tested"})
"""What is done to a webhook even when it cannot be noted."""
_TOO_MANY = f"This board has {MOST} webhooks. Delete one that is not needed any more."


@require_safe
@person_required
def notices(request: BoardRequest) -> HttpResponse:
    """Show how this browser tells, and to admins the webhooks."""
    return _list(request, WebhookForm(targets=targets()))


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def add(request: BoardRequest) -> HttpResponse:
    """Make a webhook and show its secret, this once; who comes back to that page sees the list."""
    if request.method != "POST":
        return go(request, reverse("notices"))
    form = WebhookForm(request.POST, targets=targets())
    if not form.is_valid():
        return _list(request, form, status=NOT_TAKEN)
    try:
        with transaction.atomic():
            made = webhooks.add(request.user, **form.chosen, now=now_ms())  # type: ignore[arg-type]  # as it was cleaned
            if made is None:
                form.add_error(None, _TOO_MANY)
                return _list(request, form, status=NOT_TAKEN)
            _note(request, made, "added")
    except NotNoted as error:
        form.add_error(None, f"{error.message}. {error.advice}")
        return _list(request, form, status=status_of(error))
    return _one(request, made, secret=made.secret)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def webhook(request: BoardRequest, number: int) -> HttpResponse:
    """Show a webhook and its log; POST changes it. ``?fragment=log`` gives the log alone."""
    found = _found(number)
    if request.GET.get("fragment") == "log":
        return render(
            request, "plans/notices/_log.html", {"log": log_view(found), "webhook": webhook_view(found)}
        )
    if request.method != "POST":
        return _one(request, found)
    form = WebhookForm(request.POST, targets=targets())
    if not form.is_valid():
        return _one(request, found, form=form, status=NOT_TAKEN)
    try:
        with transaction.atomic():
            webhooks.change(found, **form.chosen, now=now_ms())  # type: ignore[arg-type]  # as it was cleaned
            return _done(request, found, "changed")
    except NotNoted as error:
        form.add_error(None, f"{error.message}. {error.advice}")
        return _one(request, _found(number), form=form, status=status_of(error))


@require_POST
@admin_required
def test(request: BoardRequest, number: int) -> HttpResponse:
    """Have a test sent; the log shows what comes of it."""
    found = _found(number)
    queue_test(found, uid=new_uid(), origin=origin(), now=now_ms())
    return _done(request, found, "is being tested")


@require_POST
@admin_required
def again(request: BoardRequest, number: int, delivery: int) -> HttpResponse:
    """Have a delivery that is over sent once more."""
    found = _found(number)
    wanted = found.deliveries.filter(pk=delivery).first()
    if wanted is None:
        tell(request, "The log does not keep this delivery any more")
    elif wanted.may_go_again:
        queue_again(wanted, uid=new_uid(), now=now_ms())
    elif wanted.is_over:
        tell(request, "This webhook is not for that plan any more")
    return go(request, _address(found))


@require_POST
@admin_required
@refusals_shown
@transaction.atomic
def switch(request: BoardRequest, number: int) -> HttpResponse:
    """Let a webhook rest, or go on."""
    found = _found(number)
    webhooks.switch(found, is_on=request.POST.get("to") == "on", now=now_ms())
    return _done(request, found, "goes on" if found.is_on else "rests")


@require_POST
@admin_required
@refusals_shown
@transaction.atomic
def take(request: BoardRequest, number: int) -> HttpResponse:
    """Let a webhook be this admin's from now on: it rests with whoever made it."""
    found = _found(number)
    webhooks.take(found, request.user, now=now_ms())
    return _done(request, found, "is yours now")


@require_POST
@admin_required
@refusals_shown
@transaction.atomic
def secret(request: BoardRequest, number: int) -> HttpResponse:
    """Make another secret and show it, this once."""
    found = _found(number)
    made = webhooks.renew_secret(found)
    _note(request, found, "given another secret")
    return _one(request, found, secret=made)


@require_POST
@admin_required
def delete(request: BoardRequest, number: int) -> HttpResponse:
    """Delete a webhook, with its log and what still waited."""
    found = _found(number)
    _note(request, found, "deleted")
    found.delete()
    tell(request, "The webhook was deleted")
    return go(request, reverse("notices"))


def _found(number: int) -> Webhook:
    found = webhooks.all_of_them().filter(pk=number).first()
    if found is None:
        raise Http404("There is no such webhook.")
    return found


def _done(request: BoardRequest, found: Webhook, what: str) -> HttpResponse:
    _note(request, found, what)
    tell(request, f"The webhook for {clean_line(found.pattern)} {what}")
    return go(request, _address(found))


def _note(request: BoardRequest, found: Webhook, what: str) -> None:
    logger.info("%s: webhook %d for %s %s", person(request), found.pk, found.pattern, what)
    noted = audit_anyway if what in _TELLS_LESS else audit
    noted(request, "webhook", webhook=found.pk, pattern=found.pattern, url=found.url, change=what)


def _address(found: Webhook) -> str:
    return reverse("webhook", args=[found.pk])


def _list(request: BoardRequest, form: WebhookForm, *, status: int = 200) -> HttpResponse:
    may_manage = may(request.user, Role.ADMIN)
    chosen = form.ticked if form.is_bound else list(KINDS)
    context = {
        "may_manage": may_manage,
        "webhooks": webhook_views() if may_manage else [],
        "form": form,
        "kinds": kind_views(chosen),
        "told": take_told(request),
    }
    return render(
        request, "plans/notices.html", context | sidebar(seen_plans(request), screen="notices"), status=status
    )


def _one(
    request: BoardRequest,
    found: Webhook,
    *,
    form: WebhookForm | None = None,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "webhook": webhook_view(found),
        "log": log_view(found),
        "form": form,
        "kinds": kind_views(form.ticked if form else found.kind_names),
        "secret": secret,
        "told": take_told(request),
    }
    return render(
        request, "plans/webhook.html", context | sidebar(seen_plans(request), screen="notices"), status=status
    )
