"""What a person does with a step as a whole: reassign, retry, cancel; and what anyone may remark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.actor import require_person, session
from plans.domain.errors import NoteRequired, WrongState
from plans.domain.limits import check_notes, check_talk
from plans.domain.step import Comment, Status
from plans.domain.verbs.working import unowned

if TYPE_CHECKING:
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan


def reassign(plan: Plan, number: int, *, by: Actor, owner: str | None) -> Plan:
    """Give an open step to another session, who then claims it, or to nobody; a request is withdrawn."""
    step = plan.step(number)
    require_person(by, "reassign a step")
    if not step.is_open:
        raise WrongState(number, verb="reassigned", status=step.status, advice="Retry it first.")
    if owner is not None:
        session(owner)
    if owner == step.owner and step.status is Status.PENDING:
        return plan
    assigned_by = str(by) if owner else ""
    return plan.with_step(replace(unowned(step), owner=owner, assigned_by=assigned_by))


def retry(plan: Plan, number: int, *, by: Actor, owner: str | None = None) -> Plan:
    """Put a failed or cancelled step back for anyone to claim, or for one session, who then claims it."""
    step = plan.step(number)
    require_person(by, "retry a step")
    if step.status not in (Status.FAILED, Status.CANCELLED):
        raise WrongState(number, verb="retried", status=step.status)
    if owner is not None:
        session(owner)
    again = replace(unowned(step), request=None, decision=None, reason="")
    return plan.with_step(replace(again, owner=owner, assigned_by=str(by) if owner else ""))


def cancel(plan: Plan, number: int, *, by: Actor, reason: str = "") -> Plan:
    """Give an open step up for good; an open request is withdrawn."""
    step = plan.step(number)
    require_person(by, "cancel a step")
    if not step.is_open:
        raise WrongState(number, verb="cancelled", status=step.status)
    text = check_notes(reason)
    request = None if step.asks else step.request
    return plan.with_step(
        replace(step, status=Status.CANCELLED, reason=text, request=request, flag=None, worker=None)
    )


def dismiss(plan: Plan, number: int, *, by: Actor) -> Plan:
    """Take a warning away that a person has seen: what a program did, or claimed, that it may not."""
    step = plan.step(number)
    require_person(by, "dismiss a warning")
    if step.flag is None:
        raise WrongState(number, verb="dismissed", status="not marked")
    return plan.with_step(replace(step, flag=None))


def comment(plan: Plan, number: int, *, by: Actor, at: int, text: str) -> Plan:
    """Leave a remark; it changes no step revision."""
    step = plan.step(number)
    if not text.strip():
        what = "A comment"
        raise NoteRequired(what)
    remark = Comment(at=at, by=str(by), text=check_notes(text))
    comments = (*step.comments, remark)
    if not by.is_person:
        check_talk([said.text for said in comments])
    return plan.with_step(replace(step, comments=comments))
