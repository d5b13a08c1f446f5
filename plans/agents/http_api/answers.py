"""How answers are written: the same JSON as the command line's, with the revision as a strong ETag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpResponse

from plans.actions import wire
from plans.actions.desk import first_result
from plans.agents.http_api.asking import has
from plans.agents.http_api.desk import desk
from plans.agents.http_api.versions import etag_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from plans.actions.desk import Changed
    from plans.actions.wire import Json
    from plans.domain.plan import Plan

JSON: Final = "application/json"
OK: Final = 200
CREATED: Final = 201
NOT_MODIFIED: Final = 304


def answered(value: Json, *, status: int = OK, etag: str = "") -> HttpResponse:
    """Write an answer."""
    answer = HttpResponse(wire.encoded(value), status=status, content_type=JSON)
    if etag:
        answer["ETag"] = etag
    return answer


def not_modified(request: HttpRequest, etag: str) -> HttpResponse | None:
    """Answer that the client has it already; None where it has not."""
    if not etag or not has(request, etag):
        return None
    answer = HttpResponse(status=NOT_MODIFIED)
    answer["ETag"] = etag
    del answer["Content-Type"]
    return answer


def step_value(plan: Plan, number: int | None) -> Json:
    """Show one step; null where it is not there (any more)."""
    there = number is not None and plan.has_step(number)
    step = wire.step_json(plan, number) if there and number is not None else None
    return {"step": step, "namespace": plan.namespace, "revision": plan.revision}


def plan_value(plan: Plan) -> Json:
    """Show a whole plan."""
    return {"plan": wire.plan_json(plan), "namespace": plan.namespace, "revision": plan.revision}


def changed_step(changed: Changed, number: int | None, *, status: int = OK) -> HttpResponse:
    """Answer a change with the step as it is in the plan in hand."""
    plan = first_result(desk(), changed)
    return _changed(changed, plan, step_value(plan, number), status=status)


def changed_plan(changed: Changed, *, status: int = OK, warnings: Sequence[str] = ()) -> HttpResponse:
    """Answer a change with the plan in hand, and with what of the text that was sent could not be kept."""
    plan = first_result(desk(), changed)
    left_out: Json = {"warnings": list(warnings)} if warnings else {}
    return _changed(changed, plan, plan_value(plan) | left_out, status=status)


def _changed(changed: Changed, plan: Plan, value: Json, *, status: int) -> HttpResponse:
    late: Json = {"late": changed.late} if changed.late else {}
    answer = answered(value | late, status=status, etag=etag_of(plan))
    if changed.repeated:
        answer["Idempotency-Replayed"] = "true"
    return answer
