"""What sessions do with steps: claim, say, complete, fail, release; a person may finish or stop them too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.actor import require_person
from plans.domain.errors import NotReady, NotYours, PersonOnly, SessionOnly, WrongState
from plans.domain.graph import hands_out_work, open_needs
from plans.domain.limits import check_label, check_notes
from plans.domain.step import Progress, Request, RequestKind, Review, Status

if TYPE_CHECKING:
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.domain.step import Step


def claim(plan: Plan, number: int, *, by: Actor) -> Plan:
    """Give a ready step to a session; a session that already works on it changes nothing."""
    step = plan.step(number)
    if not by.is_session:
        what = "claim a step"
        raise SessionOnly(what)
    if step.owner not in (None, by.name):
        raise NotYours(number, owner=step.owner)
    if step.status is Status.IN_PROGRESS and step.owner == by.name:
        return plan
    _refuse_claim(plan, step)
    return plan.with_step(
        replace(
            step,
            status=Status.IN_PROGRESS,
            owner=by.name,
            assigned_by=step.assigned_by if step.owner else str(by),
            worker=None,
            flag=step.marked(None),
            attempts=step.attempts + 1,
        )
    )


def next_ready(plan: Plan, *, by: Actor) -> Step | None:
    """Choose the step a session should claim: its own ready ones first, then unowned ones, in plan order."""
    ready = claimable(plan, by=by)
    return next((step for step in ready if step.owner), ready[0] if ready else None)


def claimable(plan: Plan, *, by: Actor | None) -> list[Step]:
    """List the steps that a session may claim now, in plan order: ready, and its own or nobody's.

    Who is no session is told what any session may claim.
    """
    if not hands_out_work(plan):
        return []
    owners = {None, by.name} if by is not None and by.is_session else None
    return [
        step
        for step in plan.steps
        if step.status is Status.PENDING
        and not step.is_gate
        and (owners is None or step.owner in owners)
        and not open_needs(plan, step)
    ]


def say(
    plan: Plan,
    number: int,
    *,
    by: Actor,
    active_form: str | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Record what the worker does now; a quiet change that leaves the step's revision alone."""
    step = _worked_on(plan, number, by=by, verb="reported on")
    changed = replace(
        step,
        active_form=step.active_form if active_form is None else check_label(active_form, "activity"),
        progress=progress or step.progress,
    )
    return plan if changed == step else plan.with_step(changed)


def complete(plan: Plan, number: int, *, by: Actor, at: int) -> Plan:
    """Finish a step the session works on; one that must be reviewed waits for a person."""
    step = _worked_on(plan, number, by=by, verb="completed")
    if step.review is Review.REQUIRED:
        asked = Request(
            id=plan.revision + 1,
            kind=RequestKind.REVIEW,
            text="",
            by=str(by),
            at=at,
            came_from=Status.IN_PROGRESS,
        )
        return plan.with_step(
            replace(step, status=Status.IN_REVIEW, request=asked, decision=None, worker=None)
        )
    return plan.with_step(replace(step, status=Status.COMPLETED, worker=None))


def force_complete(plan: Plan, number: int, *, by: Actor) -> Plan:
    """Finish any open work step without its owner; an open request is withdrawn."""
    step = plan.step(number)
    require_person(by, "complete a step that is not theirs")
    if step.is_gate:
        raise WrongState(number, verb="completed", status="a gate", advice="Approve the gate instead.")
    if not step.is_open:
        raise WrongState(number, verb="completed", status=step.status)
    return plan.with_step(replace(step, status=Status.COMPLETED, request=None, flag=None, worker=None))


def fail(plan: Plan, number: int, *, by: Actor, reason: str) -> Plan:
    """Give a step up with a reason; an open request is withdrawn."""
    step = plan.step(number)
    _refuse_stranger(step, by)
    if step.status not in (Status.IN_PROGRESS, Status.BLOCKED):
        raise WrongState(number, verb="failed", status=step.status)
    text = check_notes(reason)
    flag = step.marked(None) if by.is_session else None
    return plan.with_step(
        replace(step, status=Status.FAILED, reason=text, request=None, flag=flag, worker=None)
    )


def release(plan: Plan, number: int, *, by: Actor) -> Plan:
    """Put a step back for anyone to claim; an open request is withdrawn. A person's hold stays."""
    step = plan.step(number)
    _refuse_stranger(step, by)
    if step.status not in (Status.IN_PROGRESS, Status.BLOCKED):
        raise WrongState(number, verb="released", status=step.status)
    if by.is_session and step.request is not None and step.request.kind is RequestKind.HOLD and step.asks:
        what = "release a step that a person holds"
        raise PersonOnly(what)
    free = unowned(step)
    return plan.with_step(replace(free, flag=step.marked(None)) if by.is_session else free)


def unowned(step: Step) -> Step:
    """Give the step as pending without owner and without an open request.

    What it is called in work goes with the session that said it; before anybody began, it is its author's.
    """
    unbegun = step.status is Status.PENDING or (step.status is Status.CANCELLED and not step.attempts)
    return replace(
        step,
        status=Status.PENDING,
        owner=None,
        assigned_by="",
        worker=None,
        flag=None,
        request=None if step.asks else step.request,
        active_form=step.active_form if unbegun else None,
        progress=None,
    )


def _worked_on(plan: Plan, number: int, *, by: Actor, verb: str) -> Step:
    step = plan.step(number)
    if not by.is_session or by.name not in (step.owner, step.worker):
        raise NotYours(number, owner=step.owner)
    if step.status is not Status.IN_PROGRESS:
        advice = "Claim it first, once it is ready." if step.status is Status.PENDING else None
        raise WrongState(number, verb=verb, status=step.status, advice=advice)
    return step


def _refuse_claim(plan: Plan, step: Step) -> None:
    if step.is_gate:
        what = "pass a gate"
        raise PersonOnly(what)
    if step.status is not Status.PENDING:
        raise WrongState(step.number, verb="claimed", status=step.status)
    if not hands_out_work(plan):
        state = "archived" if plan.archived else str(plan.stored_state)
        raise NotReady(step.number, reason=f"The plan is {state}; its steps cannot be claimed")
    if waits_on := open_needs(plan, step):
        raise NotReady(step.number, waits_on=waits_on)


def _refuse_stranger(step: Step, by: Actor) -> None:
    if not by.is_person and (not by.is_session or step.owner != by.name):
        raise NotYours(step.number, owner=step.owner)
