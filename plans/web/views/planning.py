"""What a person does with a plan as a whole: rename, start, abort, put away, delete, free a left lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_POST

from plans.actions.planning import (
    abort_plan,
    activate_plan,
    archive_plan,
    delete_plan,
    describe_plan,
    restore_plan,
    unarchive_plan,
    unlock_plan,
)
from plans.django_wiring import desk
from plans.domain.errors import PlanError, WrongInput
from plans.security.person import operator_required, person
from plans.web.acting import Act, plan_verb
from plans.web.addresses import PLANS, board_url
from plans.web.answers import go
from plans.web.asking import expected_revision
from plans.web.fields import plan_values, same
from plans.web.forms import ActForm, DescribeForm, sent
from plans.web.gathering import tell
from plans.web.refusing import refused

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest
    from plans.web.answers import Saved


class NotNamed(WrongInput):
    """The name that confirms a deletion was not typed."""

    code = "not_named"

    def __init__(self, namespace: str) -> None:
        super().__init__("The plan was not deleted", advice=f"Type {namespace} to delete it.")


@plan_verb(DescribeForm, said="Plan saved")
def describe(act: Act[DescribeForm]) -> Saved:
    """Change the plan's title, status or group, as far as the person changed them."""
    now = plan_values(act.desk.store.read(act.namespace).plan)
    changes = {name: text for name, text in act.form.changes().items() if not same(name, text, now[name])}
    return describe_plan(act.desk, act.namespace, by=act.by, expected=act.expected, key=act.key, **changes)


@plan_verb(ActForm, said="Plan started")
def activate(act: Act[ActForm]) -> Saved:
    """Let sessions take its steps."""
    return activate_plan(act.desk, act.namespace, by=act.by, expected=act.expected, key=act.key)


@plan_verb(ActForm, said="Plan aborted")
def abort(act: Act[ActForm]) -> Saved:
    """Hand out no more work."""
    return abort_plan(act.desk, act.namespace, by=act.by, expected=act.expected, key=act.key)


@plan_verb(ActForm, said="Plan archived")
def archive(act: Act[ActForm]) -> Saved:
    """Put the plan out of sight."""
    return archive_plan(act.desk, act.namespace, by=act.by, expected=act.expected, key=act.key)


@plan_verb(ActForm, said="Plan brought back")
def unarchive(act: Act[ActForm]) -> Saved:
    """Take the plan back into sight."""
    return unarchive_plan(act.desk, act.namespace, by=act.by, expected=act.expected, key=act.key)


@plan_verb(ActForm, said="plan.json was put back")
def restore(act: Act[ActForm]) -> Saved:
    """Write a plan.json that vanished or was emptied as the shown revision has it."""
    return restore_plan(
        act.desk, act.namespace, revision=act.expected or 0, by=act.by, expected=act.expected, key=act.key
    )


@require_POST
@operator_required
def delete(request: BoardRequest, namespace: str) -> HttpResponse:
    """Move the plan to the trash, once its name was typed."""
    fields = sent(request.POST)
    try:
        if fields.get("namespace", "").strip() != namespace:
            raise NotNamed(namespace)
        delete_plan(desk(), namespace, by=person(request), expected=expected_revision(request))
    except PlanError as error:
        return refused(request, error, back=board_url(namespace), fields=fields)
    tell(request, f"Plan {namespace} deleted. It is kept in the trash of the plan folder.")
    return go(request, PLANS)


@require_POST
@operator_required
def unlock(request: BoardRequest, namespace: str) -> HttpResponse:
    """Remove a lock that another program left behind; a live one is refused."""
    try:
        said = unlock_plan(desk(), namespace, by=person(request))
    except PlanError as error:
        return refused(request, error, back=board_url(namespace))
    tell(request, said)
    return go(request, board_url(namespace))
