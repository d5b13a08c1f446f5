"""What needs a person: blocking with a request, and every answer to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET
from msgspec.structs import replace

from plans.domain.actor import require_person
from plans.domain.errors import NoteRequired, NotYours, WrongInput, WrongState
from plans.domain.graph import is_ready
from plans.domain.limits import check_notes
from plans.domain.sealing import text_hash
from plans.domain.step import Decision, Request, RequestKind, Risk, Status, Verdict

if TYPE_CHECKING:
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.domain.step import Step

_BLOCKABLE = (Status.PENDING, Status.IN_PROGRESS)
_SESSIONS_KINDS = (RequestKind.APPROVAL, RequestKind.INPUT, RequestKind.PROBLEM)


def block(  # noqa: PLR0913 - a request has these parts
    plan: Plan,
    number: int,
    *,
    by: Actor,
    at: int,
    kind: RequestKind,
    text: str,
    risk: Risk | None = None,
) -> Plan:
    """Stop a step until a person answers. The owner asks; a person holds. The earlier decision is cleared."""
    step = plan.step(number)
    if not by.is_person:
        _refuse_asking(step, by, kind)
    if step.status not in _BLOCKABLE or step.is_gate:
        status = "a gate" if step.is_gate else step.status
        raise WrongState(number, verb="blocked", status=status)
    if not text.strip():
        what = "Blocking a step"
        raise NoteRequired(what)
    asked = Request(
        id=plan.revision + 1,
        kind=RequestKind.HOLD if by.is_person else kind,
        text=check_notes(text),
        by=str(by),
        at=at,
        came_from=step.status,
    )
    flag = None if by.is_person else step.marked(None)
    higher = max(step.risk, risk or step.risk, key=lambda value: value.weight)
    return plan.with_step(
        replace(step, status=Status.BLOCKED, request=asked, decision=None, flag=flag, risk=higher)
    )


def approve(plan: Plan, number: int, *, by: Actor, at: int, note: str = "", seen: int) -> Plan:
    """Say yes: a blocked step goes on where it was, a reviewed one and a ready gate are completed."""
    step = _asked(plan, number, by=by, verb="approved")
    decided = _decided(plan, step, Verdict.APPROVED, by=by, at=at, note=note, seen=seen)
    if step.status is Status.BLOCKED and step.request is not None:
        return plan.with_step(replace(decided, status=step.request.came_from))
    return plan.with_step(replace(decided, status=Status.COMPLETED))


def reject(plan: Plan, number: int, *, by: Actor, at: int, note: str, seen: int) -> Plan:
    """Say no and why: the step goes back to its owner's hands, or to wait as it did before; a gate fails."""
    step = _asked(plan, number, by=by, verb="rejected")
    if not note.strip():
        what = "Rejecting"
        raise NoteRequired(what)
    decided = _decided(plan, step, Verdict.REJECTED, by=by, at=at, note=note, seen=seen)
    if step.is_gate:
        return plan.with_step(replace(decided, status=Status.FAILED, reason=check_notes(note)))
    return plan.with_step(replace(decided, status=_back_to_work(step)))


def reply(plan: Plan, number: int, *, by: Actor, at: int, note: str, seen: int) -> Plan:
    """Answer a request for input or help; the session goes on, or claims what it had not begun."""
    step = _asked(plan, number, by=by, verb="replied to")
    if not step.takes_reply:
        raise WrongState(
            number,
            verb="replied to",
            status="not asking for input or help",
            advice="Approve or reject it instead.",
        )
    if not note.strip():
        what = "A reply"
        raise NoteRequired(what)
    decided = _decided(plan, step, Verdict.REPLIED, by=by, at=at, note=note, seen=seen)
    return plan.with_step(replace(decided, status=_back_to_work(step)))


def undo(plan: Plan, number: int, *, by: Actor) -> Plan:
    """Take a decision back while nothing has touched the step since; it asks again, and warns as before."""
    step = plan.step(number)
    require_person(by, "undo a decision")
    if step.decision is None or step.decision.revision != step.revision:
        raise WrongState(
            number,
            verb="undone",
            status="no longer as it was decided",
            advice="It changed since the decision; put it on hold or reassign it instead.",
        )
    taken = step.decision
    flag = taken.flag or None
    return plan.with_step(replace(step, status=taken.undo_to, flag=flag, decision=None, reason=""))


def _refuse_asking(step: Step, by: Actor, kind: RequestKind) -> None:
    if not by.is_session or step.owner != by.name:
        raise NotYours(step.number, owner=step.owner)
    if kind not in _SESSIONS_KINDS:  # it would look like a person's stop, or like a finished result
        message = f"A session cannot block a step with a {kind}"
        raise WrongInput(message, advice="Ask for approval, for input, or for help with a problem.")


def _asked(plan: Plan, number: int, *, by: Actor, verb: str) -> Step:
    step = plan.step(number)
    require_person(by, "open a gate or decide a request")
    if step.asks or (step.is_gate and is_ready(plan, step)):
        return step
    status = "a gate that waits for its needs" if step.is_gate and step.is_open else step.status
    raise WrongState(number, verb=verb, status=status)


def _decided(  # noqa: PLR0913 - a decision has these parts
    plan: Plan, step: Step, verdict: Verdict, *, by: Actor, at: int, note: str, seen: int
) -> Step:
    decision = Decision(
        verdict=verdict,
        by=str(by),
        at=at,
        note=check_notes(note),
        request=step.request.id if step.request else None,
        revision=plan.revision + 1,
        seen=seen,
        undo_to=step.status,
        text=text_hash(step),
        flag=step.flag or UNSET,
    )
    return replace(step, decision=decision, flag=None)


def _back_to_work(step: Step) -> Status:
    """Send what was begun back into its owner's hands; the rest waits again for its needs and a claim."""
    begun = step.request is not None and step.request.came_from is Status.IN_PROGRESS
    return Status.IN_PROGRESS if step.owner and begun else Status.PENDING
