"""Every way a request can be refused: a noun, a sentence and an advice, the same at every door."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Refusal(StrEnum):
    """What sort of refusal it is; plans.actions.refusals gives each its numbers (HTTP status, exit code)."""

    INPUT = "wrong_input"
    TOO_LARGE = "too_large"
    REVISION_REQUIRED = "revision_required"
    STALE = "stale_revision"
    RULE = "rule"
    FORBIDDEN = "forbidden"
    STRANGER = "stranger"
    """Nobody knows who asks."""
    NOT_FOUND = "not_found"
    BUSY = "busy"
    STORAGE = "storage"
    TOO_MANY = "too_many"
    """Asked more often than is let pass."""


class PlanError(Exception):
    """A refusal that can be shown to whoever asked."""

    refusal = Refusal.RULE
    code = "refused"
    advice = "Look at the plan again and choose another action."

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if advice is not None:
            self.advice = advice

    def facts(self) -> dict[str, object]:
        """Name what a program may want to know besides the sentence, as plain JSON values."""
        return {}


class WrongInput(PlanError):
    """A value that was sent cannot be used."""

    refusal = Refusal.INPUT
    code = "wrong_input"
    advice = "Correct the value and try again."


class TooLarge(WrongInput):
    """A value or a plan is over its limit."""

    refusal = Refusal.TOO_LARGE
    code = "too_large"
    advice = "Send less, or split it."


class KeyReused(PlanError):
    """The same idempotency key came with another request."""

    code = "key_reused"
    advice = "Use a new key for a new request."

    def __init__(self, key: str) -> None:
        super().__init__(f"The key {key!r} was already used for another request")


class WrongState(PlanError):
    """The verb does not apply to a step in this state."""

    code = "wrong_state"

    def __init__(self, number: int, *, verb: str, status: str, advice: str | None = None) -> None:
        super().__init__(f"Step {number} is {status.replace('_', ' ')}; it cannot be {verb}", advice=advice)
        self.number, self.status = number, status

    def facts(self) -> dict[str, object]:
        """Name the step and its status."""
        return {"step": self.number, "status": self.status}


class NotReady(PlanError):
    """The step waits on others, or its plan does not hand out work."""

    code = "not_ready"
    advice = "Take another step with `step next`, or wait until these are completed."

    def __init__(self, number: int, *, waits_on: Sequence[int] = (), reason: str = "") -> None:
        named = ", ".join(str(n) for n in waits_on)
        super().__init__(reason or f"Step {number} is not ready: it waits on {named}")
        self.number, self.waits_on = number, tuple(waits_on)

    def facts(self) -> dict[str, object]:
        """Name the step and the steps it waits on."""
        return {"step": self.number, "waits_on": list(self.waits_on)}


class NotYours(PlanError):
    """Another session owns the step."""

    refusal = Refusal.FORBIDDEN
    code = "not_yours"
    advice = "Stop working on this step; take another one with `step next`."

    def __init__(self, number: int, *, owner: str | None) -> None:
        super().__init__(
            f"Step {number} is assigned to {owner}" if owner else f"Step {number} is not assigned to you"
        )
        self.number, self.owner = number, owner

    def facts(self) -> dict[str, object]:
        """Name the step and its owner."""
        return {"step": self.number, "owner": self.owner}


class PersonOnly(PlanError):
    """Only a person may do this."""

    refusal = Refusal.FORBIDDEN
    code = "person_only"
    advice = "Ask for it with `step block --approval`, and wait for the decision."

    def __init__(self, what: str) -> None:
        super().__init__(f"Only a person may {what}")


class SessionOnly(PlanError):
    """Only a session may do this."""

    refusal = Refusal.FORBIDDEN
    code = "session_only"
    advice = "Assign the step to a session instead."

    def __init__(self, what: str) -> None:
        super().__init__(f"Only a session may {what}")


class NoteRequired(PlanError):
    """A refusal without a reason helps nobody."""

    code = "note_required"
    advice = "Write a note that says what should change."

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} needs a note")


class NeedsRefused(PlanError):
    """The edge would break the plan's order: a cycle, the step itself, or an unknown step."""

    code = "needs_refused"
    advice = "Choose other needs."

    def __init__(self, message: str, *, edge: tuple[int, int]) -> None:
        super().__init__(message)
        self.edge = edge

    def facts(self) -> dict[str, object]:
        """Name the refused edge as (step, the step it would need)."""
        return {"edge": list(self.edge)}


class PlanNotFound(PlanError):
    """There is no such plan."""

    refusal = Refusal.NOT_FOUND
    code = "plan_not_found"
    advice = "List the plans with `planboard plan list`, or create it."

    def __init__(self, namespace: str) -> None:
        super().__init__(f"There is no plan {namespace!r}")


class PlanExists(PlanError):
    """The namespace is taken."""

    code = "plan_exists"
    advice = "Choose another namespace, or work on the plan that is there."

    def __init__(self, namespace: str) -> None:
        super().__init__(f"There is already a plan {namespace!r}")


class StepNotFound(PlanError):
    """There is no such step (any more)."""

    refusal = Refusal.NOT_FOUND
    code = "step_not_found"
    advice = "List the steps with `planboard step list`; numbers are never reused."

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no step {number} in this plan")
        self.number = number


class Busy(PlanError):
    """Somebody holds a lock for too long."""

    refusal = Refusal.BUSY
    code = "busy"
    advice = "Nothing was changed. Try again in a few seconds."


class Unreadable(PlanError):
    """The plan's file cannot be read; the last good version stays in view."""

    refusal = Refusal.BUSY
    code = "unreadable"
    advice = "Nothing was changed. Repair the file; the plan can be edited as soon as it reads again."


class StorageFailed(PlanError):
    """The disk refused: full, read-only, not permitted, gone."""

    refusal = Refusal.STORAGE
    code = "storage_failed"
    advice = "Nothing was changed. Free space or repair the permissions, then try again."
