"""The routes of plans: list, create, read, change, delete."""

# The annotations are read by ninja when the program runs: no `from __future__ import annotations` here.

from collections.abc import Callable
from hashlib import sha256
from itertools import islice

from django.http import HttpRequest, HttpResponse
from msgspec.structs import replace

from plans.actions import planning, wire
from plans.actions.desk import Reading
from plans.actions.drafts import PlanDraft
from plans.actions.importing import read_list, read_text
from plans.actions.lost_lines import named
from plans.actions.markdown_plan import Document
from plans.agents.http_api.answers import (
    CREATED,
    answered,
    changed_plan,
    not_modified,
    plan_value,
)
from plans.agents.http_api.asking import grant_of, reading, writing
from plans.agents.http_api.bodies import PlanChanges, PlanToCreate, PlanWords
from plans.agents.http_api.desk import desk
from plans.agents.http_api.places import MOST_PLANS, Archived, At, Behind, Group, MostPlans, Namespace
from plans.agents.http_api.representations import DeletedAnswer, PlanAnswer, PlansAnswer
from plans.agents.http_api.routing import deletes, patches, posts, reads
from plans.agents.http_api.versions import etag_of
from plans.domain.errors import PlanError, PlanNotFound, WrongInput


@reads("/plans", PlansAnswer)
def list_plans(
    request: HttpRequest,
    *,
    archived: Archived = False,
    group: Group = "",
    after: Behind = "",
    limit: MostPlans = MOST_PLANS,
) -> HttpResponse:
    """List the plans that your token is for, by name."""
    grant = grant_of(request)
    names = (name for name in desk().store.namespaces() if name > after and grant.sees(name))
    found = (_listed(name, archived=archived, group=group) for name in names)
    shown = list(islice((plan for plan in found if plan is not None), limit + 1))
    rest = shown[limit - 1]["namespace"] if len(shown) > limit else None
    value: wire.Json = {"plans": shown[:limit], "next": rest}
    etag = f'"{sha256(wire.encoded(value).encode()).hexdigest()[:32]}"'
    return not_modified(request, etag) or answered(value, etag=etag)


@posts("/plans", PlanAnswer, status=CREATED)
def create_plan(request: HttpRequest, *, body: PlanToCreate) -> HttpResponse:
    """Create a plan, with its steps if you have them."""
    asked = writing(request, "create", body.namespace)
    sent, lost = _draft(body, read=read_text)
    if "draft" in body.model_fields_set:
        sent = replace(sent, draft=body.draft)
    changed = planning.create_plan(desk(), body.namespace, sent=sent, **asked.terms)
    answer = changed_plan(changed, status=CREATED, warnings=lost)
    answer["Location"] = f"/api/v1/plans/{body.namespace}"
    return answer


@reads("/plans/{namespace}", PlanAnswer)
def read_plan(request: HttpRequest, *, namespace: Namespace, at: At = None) -> HttpResponse:
    """Read a plan with all its steps, as it is or as it was at a revision."""
    reading(request, namespace)
    if at is not None:
        plan = desk().store.at(namespace, at)
        etag = etag_of(plan)
        return not_modified(request, etag) or answered(plan_value(plan), etag=etag)
    found = desk().store.read(namespace)
    etag = etag_of_reading(found)
    return not_modified(request, etag) or answered(_read(found), etag=etag)


@patches("/plans/{namespace}", PlanAnswer)
def change_plan(request: HttpRequest, *, namespace: Namespace, body: PlanChanges) -> HttpResponse:
    """Set the plan's own words; with steps, write the whole plan over the one you read."""
    if body.has_steps:
        asked = writing(request, "write", namespace)
        sent, lost = _draft(body, read=read_list)
        changed = planning.write_plan(desk(), namespace, sent=sent, **asked.terms)
        return changed_plan(changed, warnings=lost)
    asked = writing(request, "status", namespace)
    words = _words(body)
    if not words:
        message = "Nothing to change was given"
        raise WrongInput(message, advice="Send a title, a status, a group, or steps.")
    return changed_plan(planning.describe_plan(desk(), namespace, **words, **asked.terms))


@deletes("/plans/{namespace}", DeletedAnswer)
def delete_plan(request: HttpRequest, *, namespace: Namespace) -> HttpResponse:
    """Move a plan that you created, and in which nobody decided or holds anything, to the trash."""
    asked = writing(request, "delete", namespace)
    planning.delete_plan(desk(), namespace, **asked.terms)
    return answered({"deleted": namespace})


def etag_of_reading(found: Reading) -> str:
    """Name what was read; "" where more than the revision decides what is shown, so that nobody keeps it."""
    return etag_of(found.plan) if found.adopted and not found.problem and not found.warnings else ""


def _read(found: Reading) -> wire.Json:
    """Show a plan with what is wrong with its files."""
    plan = wire.plan_json(found.plan) | wire.reading_json(found)
    return {"plan": plan, "namespace": found.plan.namespace, "revision": found.plan.revision}


def _listed(name: str, *, archived: bool, group: str) -> wire.Json | None:
    """Show a plan in a list; None for one that was not asked for, or is gone by now."""
    try:
        found = desk().store.read(name)
    except PlanNotFound:
        return None
    except PlanError as refused:
        return None if group else {"namespace": name, "problem": {"message": refused.message}}
    if (found.plan.archived and not archived) or (group and found.plan.group_name != group):
        return None
    return wire.summary_json(found.plan) | wire.reading_json(found)


def _draft(body: PlanWords, *, read: Callable[[str], Document]) -> tuple[PlanDraft, list[str]]:
    """Read the plan that was sent, by ``read`` if it is a text, and name what of it is left out."""
    words = _words(body)
    if "markdown" not in body.model_fields_set:
        steps = [
            step if isinstance(step, str) else step.model_dump(exclude_unset=True) for step in body.steps
        ]
        return wire.plan_draft({**words, "steps": steps}), []
    if body.steps:
        message = "The steps came twice: as a list and as markdown"
        raise WrongInput(message, advice="Send one of them.")
    found = read(body.markdown)
    return replace(found.plan, **words), named(found.lost)


def _words(body: PlanWords) -> dict[str, str]:
    """Give the plan's own words, as far as they were sent."""
    sent = {"title": body.title, "status": body.status, "group": body.group}
    return {name: text for name, text in sent.items() if name in body.model_fields_set}
