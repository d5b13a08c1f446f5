"""Plans that people bring as text: a whole one from a file or the clipboard, or a list for a plan."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from plans.actions.importing import Brought, CannotImport, read_plan, read_steps
from plans.actions.planning import add_steps, create_plan
from plans.actions.refusals import status_of
from plans.django_wiring import desk
from plans.domain.errors import PlanError, WrongInput
from plans.security.person import operator_required, person
from plans.web.addresses import board_url
from plans.web.answers import go
from plans.web.auditing import note_signed
from plans.web.bringing import added, draft_of, excerpt, preview_view
from plans.web.fields import as_entered
from plans.web.forms import sent
from plans.web.gathering import remember_saved
from plans.web.naming import check_name, why_not
from plans.web.pages import sidebar
from plans.web.plan_forms import ImportForm, PasteForm
from plans.web.plan_menu import free_name
from plans.web.plan_pages import plan_page
from plans.web.refusing import refusals_shown
from plans.web.repeating import said_now
from plans.web.seen_plans import seen_plans
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
def bring(request: BoardRequest) -> HttpResponse:
    """Read a text and show what it would make; make it when that was asked for."""
    if request.method != "POST":
        return _page(request, ImportForm(initial={"namespace": request.GET.get("name", "")}))
    form = ImportForm(sent(request.POST))
    fits, text = form.is_valid(), ""
    try:
        text = _text(request)
        brought = read_plan(text, by=person(request), at=now_ms())
    except CannotImport as error:
        return _page(request, form, text=text, error=error)
    name = (form.text("namespace").strip() if fits else "") or brought.namespace
    if "create" not in request.POST or not name or not fits:
        return _page(request, form, text=text, brought=brought)
    return _made(request, form, brought, name=name, text=text)


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
@refusals_shown
def paste(request: BoardRequest, namespace: str) -> HttpResponse:
    """Add a list of steps to a plan: one a line, or a markdown list."""
    if request.method != "POST":
        return plan_page(request, namespace, "plans/plan/paste.html")
    form = PasteForm(sent(request.POST))
    form.is_valid()
    text = request.POST.get("text", "")
    by = person(request)
    try:
        brought = read_steps(text, by=by, at=now_ms())
        saved = add_steps(desk(), namespace, sent=brought.plan.steps, by=by, key=form.idempotency_key)
    except PlanError as error:
        lines = excerpt(text, error) if isinstance(error, CannotImport) else ()
        return plan_page(
            request, namespace, "plans/plan/paste.html", error=error, text=as_entered(text), lines=lines
        )
    note_signed(request, saved)
    remember_saved(request, saved.plan, told=said_now(saved, added(brought)))
    return go(request, board_url(namespace))


def _made(request: BoardRequest, form: ImportForm, brought: Brought, *, name: str, text: str) -> HttpResponse:
    draft = draft_of(brought.plan, is_draft=form.text("draft") == "on")
    try:
        check_name(request, name)
        made = create_plan(
            desk(), name, sent=draft, note="Imported", by=person(request), key=form.idempotency_key
        )
    except PlanError as error:
        form.add_error("namespace", why_not(name, error))
        return _page(request, form, text=text, brought=brought, error=error)
    note_signed(request, made)
    remember_saved(request, made.plan, told=said_now(made, f"Plan {name} created"))
    return go(request, board_url(name))


def _text(request: BoardRequest) -> str:
    """Take the file that was sent, else what was pasted. Raises CannotImport."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("text", "")
    try:
        data: bytes = file.read()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"The file is not text in UTF-8: byte {error.start} is wrong"
        raise CannotImport(WrongInput(message, advice="Save it as UTF-8 and choose it again.")) from error


def _page(
    request: BoardRequest,
    form: ImportForm,
    *,
    text: str = "",
    brought: Brought | None = None,
    error: PlanError | None = None,
) -> HttpResponse:
    rows = seen_plans(request)
    named = form["namespace"].value() or (brought.namespace if brought else "")
    taken = {row.namespace for row in rows}
    lines = excerpt(text, error) if isinstance(error, CannotImport) else ()
    context = {
        "form": form,
        "text": as_entered(text),
        "named": free_name(named, taken) if named in taken and not form.errors else named,
        "preview": preview_view(brought) if brought else None,
        "refused": error if lines or isinstance(error, CannotImport) else None,
        "lines": lines,
        "once": secrets.token_urlsafe(9),
        **sidebar(rows, screen="plans"),
    }
    status = status_of(error) if error else 200
    return render(request, "plans/import.html", context, status=status)
