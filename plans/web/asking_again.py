"""How a change that can still be made is asked for again: its form, its conflict, its warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from plans.actions.refusals import status_of
from plans.django_wiring import desk
from plans.domain.errors import Busy, PlanError, Refusal, WrongInput
from plans.domain.expected import OtherText
from plans.domain.sealing import text_mark
from plans.web.addresses import board_url, drawer_url, plan_verb_url, verb_url
from plans.web.allowed import verbs
from plans.web.asking import is_revision, text_read
from plans.web.authors import author_view
from plans.web.conflict import conflict, own_changes
from plans.web.form_fields import faults_of
from plans.web.forms import typed
from plans.web.gathering import can, step_drawer
from plans.web.pages import board_page, step_page
from plans.web.plan_pages import menu_context
from plans.web.refusing import refused, with_retry
from plans.web.replay import looked_at
from plans.web.seen_plans import seen_plans
from plans.web.times import iso

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from plans.actions.assigning import LiveOwner
    from plans.domain.expected import StaleRevision
    from plans.domain.plan import Plan
    from plans.web.answers import Asked
    from plans.web.forms import ActForm

_OF_THE_MENU = ("describe", "activate", "abort", "archive", "unarchive")
"""What a plan's menu offers as forms."""


def form_page(
    asked: Asked, *, fields: Mapping[str, str] | None = None, error: PlanError | None = None
) -> HttpResponse:
    """Show the page whose form does this, opened, with what was typed and why it was not taken."""
    request = asked.request
    told: dict[str, object] = {
        "opened": asked.verb,
        "typed": _typed_in(fields or {}),
        "refused": error,
        "unlock": _unlock(asked.namespace, error) if error else "",
    }
    status = status_of(error) if error else 200
    try:
        picture, replay = looked_at(request, asked.namespace, page=board_url(asked.namespace))
        drawer = step_drawer(request, picture, asked.number) if asked.number else None
    except PlanError as gone:
        return refused(request, error or gone, back=board_url(asked.namespace), fields=fields)
    told["replay"] = replay
    if error and drawer is not None and asked.verb not in drawer.verbs:
        # No form of the page would hold what was typed.
        return refused(request, error, back=drawer_url(asked.namespace, asked.number), fields=fields)
    if drawer is not None:
        context = step_page(picture, drawer, rows=seen_plans(request))
        return render(request, "plans/step.html", context | told, status=status)
    if asked.verb in _OF_THE_MENU:
        return render(request, "plans/plan/menu.html", menu_context(request, picture) | told, status=status)
    context = board_page(picture, rows=seen_plans(request), can=can(request, picture.plan.namespace))
    return render(request, "plans/board.html", context | told, status=status)


def refused_form(asked: Asked, form: ActForm, error: PlanError | None = None) -> HttpResponse:
    """Say why the form was not taken: beside it where it still stands, else on its page."""
    why = error or WrongInput("Nothing was saved", advice=faults_of(form))
    if asked.request.htmx or why.refusal is Refusal.NOT_FOUND:
        return refused(
            asked.request,
            why,
            back=board_url(asked.namespace),
            fields=form.data,
            field="" if error else next(iter(form.errors), ""),
            unlock=_unlock(asked.namespace, why),
        )
    return with_retry(form_page(asked, fields=form.data, error=why), why)


def warn_live_owner(asked: Asked, form: ActForm, live: LiveOwner) -> HttpResponse:
    """Ask whether the step shall be taken from a session that is at work."""
    if not asked.request.htmx:
        return form_page(asked, fields=form.data, error=live)
    context = {
        "refused": live,
        "action": verb_url(asked.namespace, asked.number, asked.verb),
        "revision": asked.request.POST.get("revision", ""),
        "typed": typed(form.data),
        "number": asked.number,
    }
    return render(asked.request, "plans/answers/_live_owner.html", context, status=status_of(live))


def stale_answer(asked: Asked, form: ActForm, stale: StaleRevision) -> HttpResponse:
    """Show theirs beside yours; the form stays as it is, and one press saves on top."""
    plan = desk().store.read(asked.namespace).plan
    base = _plan_at(asked.namespace, stale.expected)
    read = text_read(asked.request)
    if read and read != _mark(base, asked.number):  # of another history: no comparison shows what was read
        return refused_form(asked, form, OtherText(asked.number))
    proposed = form.proposed()
    yours = own_changes(proposed, base, asked.number) if form.shows_all else proposed
    compared = conflict(
        stale,
        base=base,
        now=plan,
        number=asked.number,
        verb=asked.verb,
        yours=yours,
        typed=tuple((name, text) for name, text in typed(form.data) if name in yours or name not in proposed),
        refused=_refused_now(plan, asked),
    )
    template = "plans/dialogs/conflict.html" if asked.request.htmx else "plans/conflict_page.html"
    context = {
        "conflict": compared,
        "revision": f"{compared.actual}.{_mark(plan, asked.number)}" if read else compared.actual,
        "author": author_view(compared.by),
        "saved_at": iso(compared.at),
        "action": _action(asked),
        "discard": _discard(asked),
    }
    return render(asked.request, template, context, status=status_of(stale))


def _typed_in(fields: Mapping[str, str]) -> dict[str, str]:
    """Give what the form goes on with: from the revision that it was begun on, unless that one is none."""
    keeps_base = is_revision(fields.get("revision", ""))
    return {name: text for name, text in fields.items() if name != "revision" or keeps_base}


def _unlock(namespace: str, error: PlanError) -> str:
    """Say where to remove a lock that stands in the way and that nobody holds any more."""
    if not isinstance(error, Busy):
        return ""
    held = desk().store.peer_lock(namespace)
    return plan_verb_url(namespace, "unlock") if held is not None and not held.holder_lives else ""


def _plan_at(namespace: str, revision: int) -> Plan | None:
    try:
        return desk().store.at(namespace, revision)
    except PlanError:
        return None


def _mark(plan: Plan | None, number: int) -> str:
    return text_mark(plan.step(number)) if plan is not None and plan.has_step(number) else ""


def _refused_now(plan: Plan, asked: Asked) -> str:
    if not asked.number or asked.verb in verbs(plan, plan.step(asked.number)):
        return ""
    status = plan.step(asked.number).status.replace("_", " ")
    return f"Step {asked.number} is {status} now: there is nothing left to {asked.verb}."


def _action(asked: Asked) -> str:
    if not asked.number:
        return plan_verb_url(asked.namespace, asked.verb)
    return verb_url(asked.namespace, asked.number, asked.verb)


def _discard(asked: Asked) -> str:
    return drawer_url(asked.namespace, asked.number) if asked.number else board_url(asked.namespace)
