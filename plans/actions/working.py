"""What sessions do with steps: claim, report, ask, finish, give up; people may finish or stop them too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from plans.actions.desk import Desk, Terms, change, first_result, order
from plans.domain.errors import WrongInput
from plans.domain.step import Progress
from plans.domain.verbs import deciding, working
from plans.store.orders import Changed, Guard

if TYPE_CHECKING:
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.domain.step import RequestKind, Risk, Step


def claim_step(desk: Desk, namespace: str, number: int, **terms: Unpack[Terms]) -> Changed:
    """Give a ready step to the session that asks."""
    by = terms["by"]
    asked = order("claim", terms, step=number)
    return change(desk, namespace, lambda plan: working.claim(plan, number, by=by), asked)


def next_step(desk: Desk, namespace: str, **terms: Unpack[Terms]) -> tuple[Changed, Step | None]:
    """Claim one ready step, whichever is due; None when there is none. Two callers never get the same one.

    Under a key that was used before the step is as it was given then.
    """
    by = terms["by"]

    def claim_one(plan: Plan) -> Plan:
        due = working.next_ready(plan, by=by)
        return plan if due is None else working.claim(plan, due.number, by=by)

    changed = change(desk, namespace, claim_one, order("next", terms))
    number = changed.line.step if changed.line is not None else None
    plan = first_result(desk, changed)
    return changed, plan.step(number) if number is not None and plan.has_step(number) else None


def progress_of(done: int, total: int) -> Progress:
    """Give how many of a step's pieces are done. Raises WrongInput."""
    if done > total:
        raise WrongInput(f"{done} of {total} is no progress", advice="Send done and total, 3 and 10.")
    return Progress(done, total)


def say(
    desk: Desk,
    namespace: str,
    number: int,
    *,
    active_form: str | None = None,
    progress: Progress | None = None,
    **terms: Unpack[Terms],
) -> Changed:
    """Beat the heart of a working session; with an activity or progress, record it on its step.

    A bare heartbeat writes no revision, and takes no lock but where a revision was sent that the store has
    to check; it is refused where the step is no longer this session's to work on, so the agent learns of it.
    """
    by = terms["by"]

    def report(plan: Plan) -> Plan:
        return working.say(plan, number, by=by, active_form=active_form, progress=progress)

    plan = desk.store.read(namespace).plan
    if by.is_session:
        desk.sessions.beat(by.name)
    if terms.get("expected") is None and terms.get("key") is None and report(plan) is plan:
        return Changed(plan=plan)
    return change(desk, namespace, report, order("say", terms, step=number, sent=(active_form, progress)))


def block_step(
    desk: Desk,
    namespace: str,
    number: int,
    *,
    kind: RequestKind,
    text: str,
    risk: Risk | None = None,
    **terms: Unpack[Terms],
) -> Changed:
    """Stop a step until a person answers; the request's id is the revision that asked."""
    by, at = terms["by"], desk.store.clock()
    return change(
        desk,
        namespace,
        lambda plan: deciding.block(plan, number, by=by, at=at, kind=kind, text=text, risk=risk),
        order("block", terms, step=number, sent=(kind, text, risk)),
    )


def complete_step(
    desk: Desk, namespace: str, number: int, *, note: str = "", **terms: Unpack[Terms]
) -> Changed:
    """Finish a step; one that must be reviewed waits for a person."""
    by, at = terms["by"], desk.store.clock()
    asked = order("complete", terms, step=number, note=note)
    return change(desk, namespace, lambda plan: working.complete(plan, number, by=by, at=at), asked)


def force_complete_step(
    desk: Desk, namespace: str, number: int, *, note: str = "", **terms: Unpack[Terms]
) -> Changed:
    """Finish a step without its owner; a person's verb, and the journal says that it was forced."""
    by = terms["by"]
    asked = order("force_complete", terms, step=number, guard=Guard.STEP, note=note)
    return change(desk, namespace, lambda plan: working.force_complete(plan, number, by=by), asked)


def fail_step(desk: Desk, namespace: str, number: int, *, reason: str, **terms: Unpack[Terms]) -> Changed:
    """Give a step up with a reason; a person says what was read."""
    by = terms["by"]
    asked = order("fail", terms, step=number, guard=_guard(by), sent=reason)
    return change(desk, namespace, lambda plan: working.fail(plan, number, by=by, reason=reason), asked)


def release_step(
    desk: Desk, namespace: str, number: int, *, note: str = "", **terms: Unpack[Terms]
) -> Changed:
    """Put a step back for anyone to claim, its open request withdrawn; a person says what was read."""
    by = terms["by"]
    asked = order("release", terms, step=number, guard=_guard(by), note=note)
    return change(desk, namespace, lambda plan: working.release(plan, number, by=by), asked)


def _guard(by: Actor) -> Guard:
    """Ask no revision of a session, which the rules hold to its own steps; a person may stop any."""
    return Guard.STEP if by.is_person else Guard.NONE
