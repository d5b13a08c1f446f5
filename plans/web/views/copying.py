"""A plan as a file of one's own, and a plan once more under another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from plans.actions.copying import duplicate_plan
from plans.actions.markdown_plan import write_document
from plans.actions.wire import encoded, plan_json
from plans.django_wiring import desk
from plans.domain.errors import PlanError, PlanNotFound, WrongInput
from plans.security.person import operator_required, person, person_required
from plans.web.addresses import board_url
from plans.web.answers import go
from plans.web.fields import as_entered
from plans.web.forms import CreateForm, sent
from plans.web.gathering import remember_saved, shown
from plans.web.naming import check_name, why_not
from plans.web.plan_menu import free_name
from plans.web.plan_pages import plan_page
from plans.web.refusing import refusals_shown
from plans.web.seen_plans import seen_plans

if TYPE_CHECKING:
    from plans.domain.plan import Plan
    from plans.security.person import BoardRequest


@require_safe
@person_required
@refusals_shown
def export_json(request: BoardRequest, namespace: str) -> HttpResponse:
    """Give the plan as programs get it; an import takes it back."""
    plan = shown(request, namespace).plan
    text = encoded({"plan": plan_json(plan)}, indent=2) + "\n"
    return _file(plan, text, kind="application/json", ending="json")


@require_safe
@person_required
@refusals_shown
def export_markdown(request: BoardRequest, namespace: str) -> HttpResponse:
    """Give the plan as people read it; an import takes it back."""
    plan = shown(request, namespace).plan
    return _file(plan, write_document(plan), kind="text/markdown; charset=utf-8", ending="md")


@require_http_methods(["GET", "HEAD", "POST"])
@operator_required
@refusals_shown
def duplicate(request: BoardRequest, namespace: str) -> HttpResponse:
    """Make a new plan of the same steps, none of them begun."""
    if request.method != "POST":
        title = as_entered(shown(request, namespace).plan.title)
        name = free_name(namespace, [row.namespace for row in seen_plans(request)])
        return _page(request, namespace, CreateForm(initial={"namespace": name, "title": title}))
    form = CreateForm(sent(request.POST))
    if not form.is_valid():
        return _page(request, namespace, form, error=WrongInput("Nothing was made"))
    name = form.text("namespace")
    try:
        check_name(request, name)
        made = duplicate_plan(
            desk(), namespace, name, by=person(request), key=form.idempotency_key, title=form.text("title")
        )
    except PlanNotFound:
        raise
    except PlanError as error:
        form.add_error("namespace", why_not(name, error))
        return _page(request, namespace, form, error=error)
    remember_saved(request, made.plan, told=f"{name} has the steps of {namespace}")
    return go(request, board_url(name))


def _page(
    request: BoardRequest, namespace: str, form: CreateForm, *, error: PlanError | None = None
) -> HttpResponse:
    return plan_page(request, namespace, "plans/plan/duplicate.html", error=error, form=form)


def _file(plan: Plan, text: str, *, kind: str, ending: str) -> HttpResponse:
    """Give a text to be saved; a browser never shows it as a page of this board."""
    name = f"{plan.namespace}-rev{plan.revision}.{ending}"
    answer = HttpResponse(text, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
