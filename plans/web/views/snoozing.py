"""Putting an entry of the queue aside for oneself, and taking it back: nobody else sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_POST

from plans.domain.errors import PlanError, WrongInput
from plans.people.snoozes import MINUTE, forget_past, snooze, wake
from plans.security.person import person_required
from plans.web.answers import SeeOther, Toast
from plans.web.asking import expected_revision
from plans.web.form_fields import faults_of
from plans.web.forms import sent
from plans.web.gathering import shown, tell
from plans.web.inboxes import live_inbox
from plans.web.need_forms import SnoozeForm
from plans.web.need_urls import NEEDS, need_verb_url
from plans.web.refusing import refused
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.people.snoozes import Snoozed
    from plans.security.person import BoardRequest
    from plans.web.need_urls import Key


@require_POST
@person_required
def put_aside(request: BoardRequest, namespace: str, number: int) -> HttpResponse:
    """Hide an entry from this person for a while, as it is now: what asks anew comes back at once."""
    now = now_ms()
    try:
        entry = _entry(request, (namespace, number), now=now)
    except PlanError as error:
        return refused(request, error, back=NEEDS)
    forget_past(request.user, now=now)
    snooze(request.user, entry)
    undo = need_verb_url(namespace, number, "wake")
    return _answer(request, Toast(f"Step {number} snoozed {_how_long(entry, now)}", undo, entry.revision))


@require_POST
@person_required
def take_back(request: BoardRequest, namespace: str, number: int) -> HttpResponse:
    """Show the entry again."""
    wake(request.user, namespace, number)
    return _answer(request, Toast(f"Step {number} is back"))


def _entry(request: BoardRequest, key: Key, *, now: int) -> Snoozed:
    """Read what is to be put aside, and until when; raises PlanError where there is no such step."""
    form, revision = SnoozeForm(sent(request.POST)), expected_revision(request)
    if not form.is_valid() or revision is None:
        message = "Nothing was put aside"
        raise WrongInput(message, advice=faults_of(form) or "Open the queue again.")
    plan = shown(request, key[0]).plan
    entry = form.entry(key, plan=plan, revision=revision, person=request.user.get_username(), now=now)
    plan.step(entry.until_step or entry.number)
    return entry


def _how_long(entry: Snoozed, now: int) -> str:
    if entry.until is None:
        return f"until step {entry.until_step} is done"
    minutes = round((entry.until - now) / MINUTE)
    return "for 1 hour" if minutes == 60 else f"for {minutes} minutes"  # noqa: PLR2004 - an hour


def _answer(request: BoardRequest, toast: Toast) -> HttpResponse:
    live_inbox().stir()
    if request.htmx:
        return render(request, "plans/needs/_told.html", {"toast": toast})
    tell(request, toast.text)
    return SeeOther(NEEDS)
