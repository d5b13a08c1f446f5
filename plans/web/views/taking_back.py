"""Undo of what was done to many steps at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_POST

from plans.django_wiring import desk
from plans.domain.errors import PlanError, WrongInput
from plans.security.person import operator_required, person
from plans.security.roles import Role, check_may
from plans.web.answers import SeeOther, Toast
from plans.web.auditing import audit_decision
from plans.web.back import ways_back
from plans.web.forms import NoteForm, sent
from plans.web.gathering import tell
from plans.web.need_urls import NEEDS
from plans.web.refusing import refused
from plans.web.taking_back import take_back

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from plans.security.person import BoardRequest
    from plans.web.back import Back
    from plans.web.batch import BatchView


@require_POST
@operator_required
def back(request: BoardRequest) -> HttpResponse:
    """Take back each step that nobody touched since; say which ones stay as they are."""
    form = NoteForm(sent(request.POST))
    try:
        if not form.is_valid():
            message = "Nothing was taken back"
            raise WrongInput(message)
        ways = ways_back(request.POST.getlist("back"))
        check_may(request.user, Role.OPERATOR, [way.namespace for way in ways])
        batch = take_back(desk(), ways, by=person(request), key=form.idempotency_key)
        _note(request, ways, batch)
    except PlanError as error:
        return refused(request, error, back=NEEDS)
    if not request.htmx:
        tell(request, batch.said)
        return SeeOther(NEEDS)
    return render(request, "plans/answers/back.html", {"batch": batch, "toast": Toast(batch.said)})


def _note(request: BoardRequest, ways: Sequence[Back], batch: BatchView) -> None:
    """Note which decisions are open again; the results come in the order in which they were taken back."""
    for way, result in zip(reversed(ways), batch.results, strict=True):
        if way.verb == "undo" and result.is_done:
            audit_decision(request, way.namespace, way.number, verdict="undo", revision=way.revision)
