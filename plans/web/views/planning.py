"""What a person does with a plan as a whole: rename, start, abort, put away, restore, free a left lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.views.decorators.http import require_POST

from plans.actions.planning import (
    abort_plan,
    activate_plan,
    archive_plan,
    describe_plan,
    restore_plan,
    unarchive_plan,
    unlock_plan,
)
from plans.django_wiring import desk
from plans.domain.errors import PlanError, Refusal
from plans.domain.expected import StaleRevision
from plans.security.person import operator_required, person
from plans.web.acting import Act, plan_verb, verb
from plans.web.addresses import board_url
from plans.web.answers import go, saved_plan
from plans.web.fields import plan_values, same
from plans.web.forms import ActForm, DescribeForm, RestoreForm
from plans.web.gathering import tell
from plans.web.refusing import refused

if TYPE_CHECKING:
    from django.http import HttpResponse

    from plans.security.person import BoardRequest
    from plans.web.answers import Asked, Saved


class Overtaken(PlanError):
    """Another person changed the plan while somebody looked back: restoring would undo that, unseen."""

    refusal = Refusal.STALE
    code = "overtaken"
    advice = "Look at what changed, then restore again."

    def __init__(self, stale: StaleRevision) -> None:
        super().__init__(
            f"Nothing was restored: another person made rev {stale.actual} "
            f"after the rev {stale.expected} you saw"
        )


def _restored(asked: Asked, saved: Saved) -> HttpResponse:
    """Say which revision is the newest again."""
    to = asked.request.POST.get("to", "")
    made = saved.line.rev if saved.line else saved.plan.revision
    said = f"Rev {to} restored as rev {made}" if to else "plan.json was put back"
    return saved_plan(asked, saved, said=said)


@plan_verb(DescribeForm, said="Plan saved")
def describe(act: Act[DescribeForm]) -> Saved:
    """Change the plan's title, status or group, as far as the person changed them."""
    now = plan_values(act.desk.store.read(act.namespace).plan)
    changes = {name: text for name, text in act.form.changes().items() if not same(name, text, now[name])}
    return describe_plan(act.desk, act.namespace, **act.terms, **changes)


@plan_verb(ActForm, said="Plan started")
def activate(act: Act[ActForm]) -> Saved:
    """Let sessions take its steps."""
    return activate_plan(act.desk, act.namespace, **act.terms)


@plan_verb(ActForm, said="Plan aborted")
def abort(act: Act[ActForm]) -> Saved:
    """Hand out no more work."""
    return abort_plan(act.desk, act.namespace, **act.terms)


@plan_verb(ActForm, said="Plan archived")
def archive(act: Act[ActForm]) -> Saved:
    """Put the plan out of sight."""
    return archive_plan(act.desk, act.namespace, **act.terms)


@plan_verb(ActForm, said="Plan brought back")
def unarchive(act: Act[ActForm]) -> Saved:
    """Take the plan back into sight."""
    return unarchive_plan(act.desk, act.namespace, **act.terms)


@verb(RestoreForm, answer=_restored)
def restore(act: Act[RestoreForm]) -> Saved:
    """Make an older revision the newest; without one, write a plan.json that vanished as it was shown."""
    revision = act.form.revision or act.expected or 0
    try:
        return restore_plan(act.desk, act.namespace, revision=revision, **act.terms)
    except StaleRevision as stale:
        if act.form.revision is None:
            raise
        raise Overtaken(stale) from stale


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
