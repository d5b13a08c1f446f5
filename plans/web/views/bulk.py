"""One deed on all selected steps of a board: its dialog, and what became of each step."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from plans.django_wiring import desk
from plans.domain.errors import NoteRequired, PlanError, WrongInput
from plans.mirror.reading import sessions
from plans.security.person import operator_required, person, sight
from plans.web.addresses import board_url
from plans.web.auditing import note_signed
from plans.web.bulk import VERBS, Deed, carry_out, chosen
from plans.web.forms import NoteForm, ReassignForm, sent
from plans.web.owners import offers
from plans.web.refusing import refused

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from plans.security.person import BoardRequest


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
def bulk(request: BoardRequest, namespace: str) -> HttpResponse:
    """GET asks what belongs to the deed; POST does it to each step by the revision that was seen."""
    data = request.POST if request.method == "POST" else request.GET
    try:
        steps, verb = chosen(data.getlist("step"), namespace), _verb(data)
        context: dict[str, object] = {"namespace": namespace, "verb": verb, "steps": data.getlist("step")}
        if request.method == "POST":
            noting = partial(note_signed, request)
            by = person(request)
            context["batch"] = carry_out(desk(), steps, _deed(data, verb), by=by, noting=noting)
        elif verb == "reassign":
            context["offers"] = offers(sessions(sight(request)), owner=None)
    except PlanError as error:
        return refused(request, error, back=board_url(namespace), fields=sent(data))
    template = "plans/answers/batch.html" if "batch" in context else "plans/dialogs/bulk.html"
    return render(request, template, context)


def _verb(data: QueryDict) -> str:
    verb = data.get("verb", "")
    if verb not in VERBS:
        message = "It does not say what is to be done"
        raise WrongInput(message, advice="Approve, reject, reassign or move the selected steps.")
    return verb


def _deed(data: QueryDict, verb: str) -> Deed:
    owner, words = ReassignForm(sent(data)), NoteForm(sent(data))
    if not owner.is_valid() or not words.is_valid():
        message = "Nothing was done"
        raise WrongInput(message, advice="What was typed is too long, or not text. Try it again.")
    note = words.text("note")
    if verb == "reject" and not note.strip():
        what = "Rejecting"
        raise NoteRequired(what)
    return Deed(
        verb=verb,
        note=note,
        owner=owner.new_owner,
        confirmed=bool(owner.text("confirmed")),
        to="last" if data.get("to") == "last" else "first",
        key=words.idempotency_key,
    )
