"""One decision for many steps that ask the same thing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_POST

from plans.django_wiring import desk
from plans.domain.errors import PlanError, WrongInput
from plans.security.person import operator_required, person
from plans.security.roles import Role, check_may
from plans.web.auditing import note_signed
from plans.web.batch import Verdict, decide_alike, seen
from plans.web.form_fields import faults_of
from plans.web.forms import sent
from plans.web.need_forms import AlikeForm
from plans.web.need_page import needs_page
from plans.web.need_urls import NEEDS
from plans.web.needs import queue_view
from plans.web.queueing import queue_of
from plans.web.refusing import refused
from plans.web.seen_plans import seen_plans
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest


@require_POST
@operator_required
def decide(request: BoardRequest) -> HttpResponse:
    """Answer every step that was shown, each by the revision that was seen, and say what became of each."""
    form = AlikeForm(sent(request.POST))
    try:
        steps = seen(request.POST.getlist("ask"))
        check_may(request.user, Role.OPERATOR, [step.namespace for step in steps])
        _refuse(form)
        verdict = Verdict(form.text("verb"), form.text("note"), form.idempotency_key)
        noting = partial(note_signed, request)
        batch = decide_alike(desk(), steps, verdict, by=person(request), noting=noting)
    except PlanError as error:
        field = "note" if "note" in form.errors else ""
        return refused(request, error, back=NEEDS, fields=form.data, field=field)
    if request.htmx:
        return render(request, "plans/answers/alike.html", {"batch": batch})
    done = {
        (step.namespace, step.number)
        for step, result in zip(steps, batch.results, strict=True)
        if result.is_done
    }
    left = queue_of(request, now=now_ms(), without=done)
    view = queue_view(left, current=("", 0))
    context = needs_page(view, rows=seen_plans(request, needed=left.by_plan), is_open=True)
    return render(request, "plans/needs.html", context | {"batch": batch})


def _refuse(form: AlikeForm) -> None:
    if not form.is_valid():
        message = "Nothing was decided"
        raise WrongInput(message, advice=faults_of(form))
