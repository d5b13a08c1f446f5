"""How a step's state looks: its mark, and the words for those who hear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.graph import Condition
from plans.domain.step import RequestKind, Status

if TYPE_CHECKING:
    from plans.domain.standing import Standing
    from plans.domain.step import Step

_LOOKS = {
    Status.IN_PROGRESS: ("running", "in progress"),
    Status.IN_REVIEW: ("asking", "awaiting review"),
    Status.COMPLETED: ("done", "done"),
    Status.FAILED: ("blocked", "failed"),
    Status.CANCELLED: ("done", "cancelled"),
}
_PENDING_LOOKS = {
    Condition.READY: ("ready", "ready to claim"),
    Condition.WAITING: ("waiting", "waiting on other steps"),
    Condition.DOOMED: ("waiting", "cannot start"),
}
_ASKS = {
    RequestKind.APPROVAL: "awaiting approval",
    RequestKind.INPUT: "awaiting an answer",
    RequestKind.HOLD: "on hold",
    RequestKind.PROBLEM: "blocked",
    RequestKind.REVIEW: "awaiting review",
}


def look_of(step: Step, standing: Standing) -> tuple[str, str]:
    """Name the status mark, and the status in words for those who hear it."""
    if step.is_gate and standing.column == "ask" and step.status is Status.PENDING:
        return "asking", "gate, waits for a person"
    if step.status is Status.PENDING:
        return _PENDING_LOOKS[standing.condition or Condition.WAITING]
    if step.status is Status.BLOCKED:
        kind = step.request.kind if step.request else RequestKind.PROBLEM
        return "blocked" if kind is RequestKind.PROBLEM else "asking", _ASKS[kind]
    return _LOOKS[step.status]
