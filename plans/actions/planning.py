"""What is done to a plan as a whole: create, describe, start, abort, put away, write, restore, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from msgspec import to_builtins
from msgspec.structs import replace

from plans.actions.desk import Desk, Terms, change, order, with_heartbeat
from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.writing import appended, filled, rewritten
from plans.domain.actor import require_person
from plans.domain.plan import PlanState
from plans.domain.verbs import planning
from plans.domain.verbs.planning import describe
from plans.store.orders import Changed, Guard, Order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.domain.actor import Actor
    from plans.domain.plan import Plan


def create_plan(
    desk: Desk, namespace: str, *, sent: PlanDraft | None = None, note: str = "", **terms: Unpack[Terms]
) -> Changed:
    """Create a plan, active unless it is sent as a draft; ``note`` tells its origin. Raises PlanExists."""
    draft = sent or PlanDraft()
    return make_plan(desk, namespace, draft, order("create", terms, sent=to_builtins(draft), note=note))


def make_plan(  # noqa: PLR0917 - where, under which name, what, on what terms
    desk: Desk, namespace: str, draft: PlanDraft, asked: Order
) -> Changed:
    """Create a plan whose order says itself what would make it another request. Raises PlanExists."""
    by, at = asked.by, desk.store.clock()

    def make(plan: Plan) -> Plan:
        described = _described(replace(plan, created_by=str(by)), draft, by)
        state = PlanState.DRAFT if draft.draft else PlanState.ACTIVE
        begun = replace(described, stored_state=state, removed=tuple(sorted(set(draft.removed))))
        return filled(begun, draft.steps, by=by, at=at)

    return with_heartbeat(desk, desk.store.create(namespace, make, asked), by)


def add_steps(desk: Desk, namespace: str, *, sent: Sequence[StepDraft], **terms: Unpack[Terms]) -> Changed:
    """Add a whole list of steps at the end, in one revision; numbers in it count within the list."""
    by, at = terms["by"], desk.store.clock()
    asked = order("add", terms, sent=to_builtins(tuple(sent)))
    return change(desk, namespace, lambda plan: appended(plan, sent, by=by, at=at), asked)


def write_plan(desk: Desk, namespace: str, *, sent: PlanDraft, **terms: Unpack[Terms]) -> Changed:
    """Write a whole plan over the one that was read; every step's change obeys the rules of its verb."""
    by, at = terms["by"], desk.store.clock()

    def write(plan: Plan) -> Plan:
        return rewritten(_described(plan, sent, by), sent.steps, by=by, at=at)

    return change(desk, namespace, write, order("write", terms, guard=Guard.PLAN, sent=to_builtins(sent)))


def describe_plan(
    desk: Desk,
    namespace: str,
    *,
    title: str | None = None,
    status: str | None = None,
    group: str | None = None,
    **terms: Unpack[Terms],
) -> Changed:
    """Change the plan's own words; None leaves one as it is."""
    by = terms["by"]
    return change(
        desk,
        namespace,
        lambda plan: describe(plan, by=by, title=title, status=status, group=group),
        order("describe", terms, guard=Guard.OWN, sent=(title, status, group)),
    )


def activate_plan(desk: Desk, namespace: str, **terms: Unpack[Terms]) -> Changed:
    """Start a draft: its ready steps can be claimed."""
    by = terms["by"]
    asked = order("activate", terms, guard=Guard.OWN)
    return change(desk, namespace, lambda plan: planning.activate(plan, by=by), asked)


def abort_plan(desk: Desk, namespace: str, **terms: Unpack[Terms]) -> Changed:
    """Hand out no more work; steps keep their states."""
    by = terms["by"]
    asked = order("abort", terms, guard=Guard.OWN)
    return change(desk, namespace, lambda plan: planning.abort(plan, by=by), asked)


def archive_plan(desk: Desk, namespace: str, **terms: Unpack[Terms]) -> Changed:
    """Put a plan out of sight."""
    by = terms["by"]
    asked = order("archive", terms, guard=Guard.OWN)
    return change(desk, namespace, lambda plan: planning.archive(plan, by=by), asked)


def unarchive_plan(desk: Desk, namespace: str, **terms: Unpack[Terms]) -> Changed:
    """Take a plan back into sight."""
    by = terms["by"]
    asked = order("unarchive", terms, guard=Guard.OWN)
    return change(desk, namespace, lambda plan: planning.unarchive(plan, by=by), asked)


def restore_plan(desk: Desk, namespace: str, *, revision: int, **terms: Unpack[Terms]) -> Changed:
    """Make a new revision with the content of an older one; a person's verb.

    While agents work nobody could name the newest revision: only what other people did since counts.
    """
    require_person(terms["by"], "restore an older revision")
    return desk.store.restore(namespace, revision, order("restore", terms, guard=Guard.PEOPLE, sent=revision))


def delete_plan(desk: Desk, namespace: str, *, epoch: str | None = None, **terms: Unpack[Terms]) -> str:
    """Move a plan to the trash; returns where it lies now.

    A program must have read the newest revision. A person, who typed the plan's name, could never do that
    while agents work on it: for people only what other people did since counts, and that it is the plan of
    this ``epoch``.
    """
    guard = Guard.PEOPLE if terms["by"].is_person else Guard.PLAN
    return desk.store.delete(namespace, order("delete", terms, guard=guard), epoch=epoch)


def unlock_plan(desk: Desk, namespace: str, *, by: Actor) -> str:
    """Remove a lock that a dead program left behind; says what was done. Raises Busy for a live one."""
    require_person(by, "remove another program's lock")
    removed = desk.store.unlock(namespace)
    return f"The lock on {namespace} was removed" if removed else f"Nothing holds a lock on {namespace}"


def _described(plan: Plan, draft: PlanDraft, by: Actor) -> Plan:
    said, was = (draft.title, draft.status), (plan.title, plan.status)
    title, status = (None if new == old else new for new, old in zip(said, was, strict=True))
    group = (
        None if draft.group in {plan.group, plan.group_name} else draft.group
    )  # as it is, or as it is shown
    return describe(plan, by=by, title=title, status=status, group=group)
