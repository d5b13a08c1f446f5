"""Undo of what was done to many steps at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_POST

from plans.django_wiring import desk
from plans.domain.errors import PlanError, WrongInput
from plans.security.person import operator_required, person
from plans.security.roles import Role, check_may
from plans.web.answers import SeeOther, Toast
from plans.web.auditing import note_signed
from plans.web.back import ways_back
from plans.web.forms import NoteForm, sent
from plans.web.gathering import tell
from plans.web.need_urls import NEEDS
from plans.web.refusing import refused
from plans.web.taking_back import take_back

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest


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
        by, noting = person(request), partial(note_signed, request)
        batch = take_back(desk(), ways, by=by, key=form.idempotency_key, noting=noting)
    except PlanError as error:
        return refused(request, error, back=NEEDS)
    if not request.htmx:
        tell(request, batch.said)
        return SeeOther(NEEDS)
    return render(request, "plans/answers/back.html", {"batch": batch, "toast": Toast(batch.said)})
