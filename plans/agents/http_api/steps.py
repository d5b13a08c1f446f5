"""The routes of steps: list, add, read, edit."""

# The annotations are read by ninja when the program runs: no `from __future__ import annotations` here.

from django.http import HttpRequest, HttpResponse

from plans.actions import shaping, wire
from plans.agents.http_api.answers import CREATED, answered, changed_step, not_modified, step_value
from plans.agents.http_api.asking import reading, speaker, writing
from plans.agents.http_api.bodies import StepChanges, StepToAdd
from plans.agents.http_api.desk import desk
from plans.agents.http_api.places import Namespace, Number, Owner, Ready, WithStatus
from plans.agents.http_api.plans import etag_of_reading
from plans.agents.http_api.representations import StepAnswer, StepsAnswer
from plans.agents.http_api.routing import patches, posts, reads
from plans.domain.errors import WrongInput
from plans.domain.verbs.working import claimable


@reads("/plans/{namespace}/steps", StepsAnswer)
def list_steps(
    request: HttpRequest,
    *,
    namespace: Namespace,
    status: WithStatus = None,
    owner: Owner = "",
    ready: Ready = False,
) -> HttpResponse:
    """List a plan's steps, in its order."""
    reading(request, namespace)
    found = desk().store.read(namespace)
    etag = "" if ready else etag_of_reading(found)  # to the next session the same address means other steps
    known = not_modified(request, etag)
    if known is not None:
        return known
    listed = claimable(found.plan, by=speaker(request)) if ready else found.plan.steps
    numbers = {step.number for step in listed}
    steps = [
        step
        for step in wire.steps_json(found.plan)
        if step["number"] in numbers
        and (status is None or step["status"] == status)
        and (not owner or step["owner"] == owner)
    ]
    value: wire.Json = {"steps": steps, "namespace": namespace, "revision": found.plan.revision}
    return answered(value | wire.reading_json(found), etag=etag)


@posts("/plans/{namespace}/steps", StepAnswer, status=CREATED)
def add_step(request: HttpRequest, *, namespace: Namespace, body: StepToAdd) -> HttpResponse:
    """Add a step, at the end or behind another one."""
    asked = writing(request, "add", namespace)
    changed = shaping.add_step(
        desk(),
        namespace,
        title=body.title,
        kind=body.step_kind,
        after=body.after,
        **asked.terms,
        **body.details(),
    )
    number = changed.line.step if changed.line is not None else None
    answer = changed_step(changed, number, status=CREATED)
    answer["Location"] = f"/api/v1/plans/{namespace}/steps/{number}"
    return answer


@reads("/plans/{namespace}/steps/{number}", StepAnswer)
def read_step(request: HttpRequest, *, namespace: Namespace, number: Number) -> HttpResponse:
    """Read everything known of a step."""
    reading(request, namespace)
    found = desk().store.read(namespace)
    found.plan.step(number)
    etag = etag_of_reading(found)
    known = not_modified(request, etag)
    return known or answered(step_value(found.plan, number) | wire.reading_json(found), etag=etag)


@patches("/plans/{namespace}/steps/{number}", StepAnswer)
def update_step(
    request: HttpRequest, *, namespace: Namespace, number: Number, body: StepChanges
) -> HttpResponse:
    """Set fields of a step that you own, or made and nobody owns; what guards it may only be tightened."""
    asked = writing(request, "edit", namespace)
    changes = body.changes()
    if not changes:
        message = "Nothing to change was given"
        raise WrongInput(message, advice="Send the fields to set.")
    return changed_step(shaping.edit_step(desk(), namespace, number, **asked.terms, **changes), number)
