"""All plans: the list, and making another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_http_methods

from plans.actions.drafts import PlanDraft
from plans.actions.planning import create_plan
from plans.actions.refusals import status_of
from plans.django_wiring import desk, environment
from plans.domain.errors import PlanError
from plans.mirror.roll_call import count_live
from plans.security.person import operator_required, person, person_required, sight
from plans.web.addresses import board_url
from plans.web.answers import go
from plans.web.etags import lists_etag
from plans.web.first_run import first_lines
from plans.web.form_fields import NOT_TAKEN
from plans.web.forms import CreateForm, sent
from plans.web.gathering import remember_saved, take_told, worker_said
from plans.web.naming import check_name, why_not
from plans.web.pages import plans_page
from plans.web.plan_list import Asked
from plans.web.seen_plans import seen_plans
from plans.web.trash import without_deleted

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from plans.security.person import BoardRequest


@require_http_methods(["GET", "HEAD", "POST"])
def plans(request: BoardRequest) -> HttpResponseBase:
    """List the plans; POST makes one."""
    return _create(request) if request.method == "POST" else _list(request)


@person_required
def _list(request: BoardRequest) -> HttpResponseBase:
    if request.GET.get("fragment") == "lists":
        return _again(request)
    return _page(request, CreateForm(), told=take_told(request))


def _again(request: BoardRequest) -> HttpResponseBase:
    """Give what a page needs to keep its lists true, or 304 when it has that."""
    rows = without_deleted(request, seen_plans(request))
    counts = {"session_count": count_live(sight(request))}
    etag = lists_etag(request, rows, counts=counts)
    answer = get_conditional_response(request, etag=etag)
    if answer is None:
        place = {name: request.GET.get(name, "") for name in ("current", "screen")}
        context = plans_page(rows, asked=Asked.of(request.GET.dict()), **place)
        answer = render(request, "plans/_lists_again.html", context | _around(request) | counts)
    answer["ETag"] = etag
    return answer


@operator_required
def _create(request: BoardRequest) -> HttpResponse:
    form = CreateForm(sent(request.POST))
    if not form.is_valid():
        return _page(request, form, status=NOT_TAKEN)
    draft = PlanDraft(title=form.text("title"), draft=form.text("draft") == "on")
    namespace = form.text("namespace")
    try:
        check_name(request, namespace)
        made = create_plan(desk(), namespace, by=person(request), key=form.idempotency_key, sent=draft)
    except PlanError as error:
        form.add_error("namespace", why_not(namespace, error))
        return _page(request, form, status=status_of(error))
    remember_saved(request, made.plan, told=f"Plan {namespace} created")
    return go(request, board_url(namespace))


def _page(request: BoardRequest, form: CreateForm, *, told: str = "", status: int = 200) -> HttpResponse:
    rows = without_deleted(request, seen_plans(request))
    context = plans_page(rows, asked=Asked.of(request.GET.dict()), told=told, worker=worker_said())
    return render(request, "plans/plans.html", context | _around(request) | {"form": form}, status=status)


def _around(request: BoardRequest) -> dict[str, object]:
    return {"sessions": count_live(sight(request)), "first_lines": first_lines(environment())}
