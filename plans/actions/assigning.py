"""What a person does with a step as a whole: reassign, retry, cancel; and what anyone may remark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from plans.actions.desk import Desk, Terms, change, order
from plans.domain.errors import PlanError
from plans.domain.step import Status
from plans.domain.verbs import assigning
from plans.sessions.heartbeats import Liveness, liveness
from plans.store.orders import Changed, Guard

if TYPE_CHECKING:
    from plans.domain.plan import Plan
    from plans.sessions.heartbeats import Session


class LiveOwner(PlanError):
    """The step is being worked on by a session that is alive; taking it away must be meant."""

    code = "live_owner"
    advice = "Reassign it anyway if you mean it: the session is told to stop at its next call."

    def __init__(self, number: int, *, owner: str, beat_at: int, ago: int) -> None:
        """``beat_at`` is when its last heartbeat came, ``ago`` how long that is; both ms."""
        super().__init__(f"{owner} works on step {number} and sent a heartbeat {max(ago, 0) // 1000} s ago")
        self.number, self.owner, self.beat_at = number, owner, beat_at

    def facts(self) -> dict[str, object]:
        """Name the step, its owner and the owner's last heartbeat (ms)."""
        return {"step": self.number, "owner": self.owner, "beat_at": self.beat_at}


def reassign_step(
    desk: Desk,
    namespace: str,
    number: int,
    *,
    owner: str | None,
    confirmed: bool = False,
    **terms: Unpack[Terms],
) -> Changed:
    """Give an open step to another session, or to nobody. Raises LiveOwner unless confirmed."""
    by = terms["by"]
    sessions = {} if confirmed else desk.sessions.all()
    now = desk.store.clock()

    def assign(plan: Plan) -> Plan:
        assigned = assigning.reassign(plan, number, by=by, owner=owner)
        if assigned is not plan:
            _warn(plan, number, sessions, now=now)
        return assigned

    asked = order("reassign", terms, step=number, guard=Guard.STEP, sent=owner)
    return change(desk, namespace, assign, asked)


def retry_step(
    desk: Desk, namespace: str, number: int, *, owner: str | None = None, **terms: Unpack[Terms]
) -> Changed:
    """Put a failed or cancelled step back for anyone to claim, or for one session."""
    by = terms["by"]
    asked = order("retry", terms, step=number, guard=Guard.STEP, sent=owner)
    return change(desk, namespace, lambda plan: assigning.retry(plan, number, by=by, owner=owner), asked)


def cancel_step(
    desk: Desk, namespace: str, number: int, *, reason: str = "", **terms: Unpack[Terms]
) -> Changed:
    """Give an open step up for good."""
    by = terms["by"]
    asked = order("cancel", terms, step=number, guard=Guard.STEP, sent=reason)
    return change(desk, namespace, lambda plan: assigning.cancel(plan, number, by=by, reason=reason), asked)


def dismiss_warning(desk: Desk, namespace: str, number: int, **terms: Unpack[Terms]) -> Changed:
    """Take a warning away that a person has seen."""
    by = terms["by"]
    asked = order("dismiss", terms, step=number, guard=Guard.STEP)
    return change(desk, namespace, lambda plan: assigning.dismiss(plan, number, by=by), asked)


def comment_step(desk: Desk, namespace: str, number: int, *, text: str, **terms: Unpack[Terms]) -> Changed:
    """Leave a remark; it needs no revision and changes none of the step's."""
    by, at = terms["by"], desk.store.clock()
    asked = order("comment", terms, step=number, sent=text)
    return change(
        desk, namespace, lambda plan: assigning.comment(plan, number, by=by, at=at, text=text), asked
    )


def _warn(plan: Plan, number: int, sessions: dict[str, Session], *, now: int) -> None:
    step = plan.step(number)
    known = sessions.get(step.owner or "")
    if step.status is not Status.IN_PROGRESS or known is None or known.beat_at is None:
        return
    if liveness(known, progress_at=None, now=now) is Liveness.LIVE:
        raise LiveOwner(number, owner=known.id, beat_at=known.beat_at, ago=now - known.beat_at)
