"""Lead a step to what a whole plan that was sent says of its owner, status and progress, verb by verb."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from plans.actions.working import progress_of
from plans.domain.errors import NotYours, WrongInput
from plans.domain.step import Status
from plans.domain.verbs import assigning, working

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.actions.drafts import StepDraft
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.domain.step import Step

_CLAIMED = (Status.IN_PROGRESS, Status.COMPLETED)
"""What a session brings a step to by claiming it first."""


def led(plan: Plan, number: int, draft: StepDraft, *, by: Actor, at: int) -> Plan:
    """Give the plan with the step as it was sent. What is as it was read asks for nothing.

    An owner goes to a step that was put back, and a worker speaks before the step is closed.
    """
    was = plan.step(number)
    wanted = was.status if draft.status is UNSET else draft.status
    if wanted is Status.PENDING and was.status is not wanted:  # nothing is said of it any more
        return _handed_on(_put_back(plan, was, by=by), was, draft, by=by)
    plan = _handed_on(plan, was, draft, by=by)
    if by.is_session and wanted in _CLAIMED and was.status is not wanted:
        plan = working.claim(plan, number, by=by)
    _refuse_taking(plan.step(number), was, draft, by=by)
    plan = _told(plan, was, draft, by=by)
    as_it_is = wanted in {was.status, plan.step(number).status}
    return plan if as_it_is else _moved(plan, number, wanted, by=by, at=at)


def _put_back(plan: Plan, was: Step, *, by: Actor) -> Plan:
    back = working.release if was.is_open else assigning.retry
    return back(plan, was.number, by=by)


def _handed_on(plan: Plan, was: Step, draft: StepDraft, *, by: Actor) -> Plan:
    """Give it to the owner that was sent, if that is another one than was read; a session claims instead."""
    claims = by.is_session and draft.owner == by.name
    if draft.owner is UNSET or claims or draft.owner in {was.owner, plan.step(was.number).owner}:
        return plan
    return assigning.reassign(plan, was.number, by=by, owner=draft.owner)


def _refuse_taking(step: Step, was: Step, draft: StepDraft, *, by: Actor) -> None:
    """Refuse a session that writes itself down as the owner of a step that it does not claim."""
    if by.is_session and draft.owner == by.name and by.name not in {was.owner, step.owner}:
        raise NotYours(step.number, owner=step.owner)


def _told(plan: Plan, was: Step, draft: StepDraft, *, by: Actor) -> Plan:
    """Record what the worker says now and did not say before."""
    active_form, progress = draft.active_form or was.active_form, draft.progress or was.progress
    if (active_form, progress) == (was.active_form, was.progress):
        return plan
    if progress is not None and progress != was.progress:
        progress = progress_of(progress.done, progress.total)
    return working.say(plan, was.number, by=by, active_form=active_form, progress=progress)


def _moved(plan: Plan, number: int, wanted: Status, *, by: Actor, at: int) -> Plan:
    """Lead a step to a status by the verb that leads there."""
    verbs: dict[Status, Callable[[], Plan]] = {
        Status.COMPLETED: lambda: _finished(plan, number, by=by, at=at),
        Status.IN_PROGRESS: lambda: working.claim(plan, number, by=by),
        Status.FAILED: lambda: working.fail(plan, number, by=by, reason=""),
        Status.CANCELLED: lambda: assigning.cancel(plan, number, by=by),
    }
    if wanted not in verbs:
        message = f"Step {number} cannot be written as {wanted.replace('_', ' ')}: that comes from asking"
        raise WrongInput(message, advice="Ask with `step block`, or leave the status out.")
    return verbs[wanted]()


def _finished(plan: Plan, number: int, *, by: Actor, at: int) -> Plan:
    if by.is_person:
        return working.force_complete(plan, number, by=by)
    return working.complete(plan, number, by=by, at=at)
