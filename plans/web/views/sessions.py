"""Sessions: all of them, one of them, and handing over everything that one has."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods, require_safe

from plans.actions.refusals import status_of
from plans.django_wiring import desk
from plans.domain.errors import WrongInput
from plans.security.person import operator_required, person, person_required, sight
from plans.security.roles import Role, check_may, may
from plans.web.auditing import note_signed
from plans.web.digits import number_in
from plans.web.etags import sessions_etag
from plans.web.gathering import take_told, worker_said
from plans.web.handing import asked, hand_over
from plans.web.pages import sidebar
from plans.web.roll import roll_view
from plans.web.seen_plans import seen_plans
from plans.web.session_page import entered, one_session, the_roll
from plans.web.session_urls import session_of

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from plans.security.person import BoardRequest
    from plans.web.roll import RollView

_PAGE_DIGITS = 4
_DONE = 200
_SOME_REFUSED = 207
"""Multi-Status: each step has its own answer on the page."""


@require_safe
@person_required
def sessions(request: BoardRequest) -> HttpResponseBase:
    """List the sessions, those that need a person first."""
    view = _view(request)
    if request.GET.get("fragment") == "rows":
        return _again(request, view)
    context = _rows(request, view) | {"told": take_told(request), "worker": worker_said()}
    return render(request, "plans/sessions.html", context | sidebar(seen_plans(request), screen="sessions"))


@require_safe
@person_required
def session(request: BoardRequest, key: str) -> HttpResponseBase:
    """Show one session: what it has, what it did; ``part=dialog`` gives the form that hands it all over."""
    found = one_session(request, _named(key))
    if found is None:
        raise Http404("Nobody knows this session.")
    if request.GET.get("part") == "dialog":
        return render(request, "plans/sessions/_dialog.html", found)
    told = {"told": take_told(request)}
    return render(
        request, "plans/session.html", found | told | sidebar(seen_plans(request), screen="sessions")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
def hand(request: BoardRequest, key: str) -> HttpResponse:
    """Hand over a session's steps, each by its own revision, and tell of each."""
    name = _named(key)
    handed, refused = [], None
    if request.method == "POST":
        try:
            wanted = asked(request.POST, held_by=name)
            check_may(request.user, Role.OPERATOR, [step.namespace for step in wanted.steps])
            noting = partial(note_signed, request)
            handed = hand_over(desk(), wanted, held_by=name, by=person(request), noting=noting)
        except WrongInput as error:
            refused = error
    status = status_of(refused) if refused else _DONE
    if any(not one.is_done for one in handed):
        status = _SOME_REFUSED
    kept = entered(request.POST) if status != _DONE else None
    page = one_session(request, name, handed=handed, entered=kept)
    if page is None:
        raise Http404("Nobody knows this session.")
    context = page | {"refused": refused}
    if request.htmx:
        return render(request, "plans/sessions/_dialog.html", context, status=status)
    return render(
        request,
        "plans/session.html",
        context | sidebar(seen_plans(request), screen="sessions"),
        status=status,
    )


def _again(request: BoardRequest, view: RollView) -> HttpResponseBase:
    """Give the rows again, or 304 when the page has them."""
    etag = sessions_etag(request, view)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = render(request, "plans/sessions/_again.html", _rows(request, view))
    answer["ETag"] = etag
    return answer


def _rows(request: BoardRequest, view: RollView) -> dict[str, object]:
    return {"roll": view, "may_hand_over": may(request.user, Role.OPERATOR)}


def _view(request: BoardRequest) -> RollView:
    keep = request.GET.get("keep", "")
    return roll_view(
        the_roll(sight(request)),
        query=request.GET.get("q", "").strip(),
        show=request.GET.get("show", ""),
        more=number_in(request.GET.get("more", ""), _PAGE_DIGITS) or 0,
        keep=frozenset(f"session-{key}" for key in keep.split(",")) if keep else (),
    )


def _named(key: str) -> str:
    name = session_of(key)
    if name is None:
        raise Http404("This is no session's address.")
    return name
