"""One piece of work in a plan, and what can be asked and decided about it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from plans.domain.numbers import Count, Moment, Number, Revision

if TYPE_CHECKING:
    from collections.abc import Mapping


class Status(StrEnum):
    """Where a step stands; ready, waiting and doomed are derived from it (see graph)."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    IN_REVIEW = "in_review"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """Work is done by sessions; a gate is opened by a person."""

    WORK = "work"
    GATE = "gate"


class Review(StrEnum):
    """Whether a person looks at the result before the step counts as completed."""

    NONE = "none"
    REQUIRED = "required"


class Risk(StrEnum):
    """How much harm an approval can do; ordered from least to most."""

    NORMAL = "normal"
    PRODUCTION = "production"
    IRREVERSIBLE = "irreversible"

    @property
    def weight(self) -> int:
        return tuple(Risk).index(self)


class RequestKind(StrEnum):
    """What a blocked step asks of a person; a hold is a person's own stop, a review a finished result."""

    APPROVAL = "approval"
    INPUT = "input"
    PROBLEM = "problem"
    REVIEW = "review"
    HOLD = "hold"


class Verdict(StrEnum):
    """A person's answer to a request."""

    APPROVED = "approved"
    REJECTED = "rejected"
    REPLIED = "replied"


class Flag(StrEnum):
    """What a peer did that it may not do; shown until a person has dealt with the step."""

    FINISHED_WITHOUT_APPROVAL = "finished_without_approval"
    REMOVED_BY_PEER = "removed_by_peer"
    FORGED = "forged"
    """A file claimed a person's decision that no person signed; sessions cannot clear it."""
    UNDONE_BY_PEER = "undone_by_peer"
    """A program wrote from an older reading, and a saved edit of ours went."""


class Progress(msgspec.Struct, frozen=True):
    """Sub-steps done of a total."""

    done: Count
    total: Count


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a step asks of a person; its id is the revision that asked."""

    id: Revision
    kind: RequestKind
    text: str
    by: str
    at: Moment
    came_from: Status


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A person's answer: for which request, on which revision it was given and which one was seen."""

    verdict: Verdict
    by: str
    at: Moment
    note: str = ""
    request: Revision | None = None
    revision: Revision
    seen: Revision
    undo_to: Status
    text: str = ""
    """sha256 of the text that was decided on (see sealing); empty where an older version decided."""
    flag: Flag | msgspec.UnsetType = msgspec.UNSET
    """The warning that was dealt with by deciding; taking the decision back brings it back."""
    sig: str = ""
    """The signature of the line that holds it; empty where it was decided before there was a key."""


class Comment(msgspec.Struct, frozen=True):
    """A remark on a step; changes no step revision."""

    at: Moment
    by: str
    text: str


OPEN = frozenset({Status.PENDING, Status.IN_PROGRESS, Status.BLOCKED, Status.IN_REVIEW})
CLOSED = frozenset(Status) - OPEN

QUIET_FIELDS = frozenset({"active_form", "progress", "comments", "stamp_by", "stamp_at"})
"""What a worker says as it goes: changes of these make a revision of the plan, not of the step."""


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One piece of work. Times are ms since the epoch; authors are ``str(Actor)``; owners are session ids."""

    number: Number
    title: str
    notes: str = ""
    active_form: str | None = None
    status: Status = Status.PENDING
    owner: str | None = None
    assigned_by: str = ""
    """Who set the owner: a person's choice stands against what a peer's file says."""
    worker: str | None = None
    """A peer's session that works on a step which a person assigned to another."""
    needs: tuple[Number, ...] = ()
    kind: Kind = Kind.WORK
    phase: str = ""
    review: Review = Review.NONE
    critical: bool = False
    risk: Risk = Risk.NORMAL
    progress: Progress | None = None
    request: Request | None = None
    decision: Decision | None = None
    flag: Flag | None = None
    reason: str = ""
    """Why the step failed or was cancelled."""
    attempts: Count = 0
    comments: tuple[Comment, ...] = ()
    created_by: str = ""
    created_at: Moment = 0
    updated_by: str = ""
    updated_at: Moment = 0
    revision: Revision = 0
    stamp_by: str | None = None
    """``updatedBy`` of plan.json: the session that owns or did it last; None = absent in the file."""
    stamp_at: Moment | None = None
    """``updatedAt`` of plan.json, ms; None = absent in the file."""
    extra: dict[str, object] = {}
    """Any other keys the caller set, kept unchanged."""
    beyond: dict[str, object] = {}
    """Fields written by a newer version of this program, carried along unread."""

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_gate(self) -> bool:
        return self.kind is Kind.GATE

    @property
    def asks(self) -> bool:
        """Whether a request is open: blocked or waiting for a review."""
        return self.request is not None and self.status in (Status.BLOCKED, Status.IN_REVIEW)

    @property
    def takes_reply(self) -> bool:
        """Whether words answer what it asks: input, or help with a problem."""
        asked = self.request.kind if self.asks and self.request is not None else None
        return asked in (RequestKind.INPUT, RequestKind.PROBLEM)

    def marked(self, flag: Flag | None) -> Flag | None:
        """Give the flag after what a session or a file did: only a person takes a forgery's away."""
        return Flag.FORGED if self.flag is Flag.FORGED else flag


BOOKKEEPING = frozenset({"number", "revision", "updated_by", "updated_at", "beyond"})
"""Fields that folding a revision sets by itself; a journal line never holds them in ``set``."""

FIELDS = tuple(name for name in Step.__struct_fields__ if name not in BOOKKEEPING)

_FIELD_SET = frozenset(FIELDS)


def field_values(step: Step) -> dict[str, object]:
    """Give the step's own fields that differ from the defaults, as plain JSON values."""
    values: dict[str, object] = msgspec.to_builtins(step)
    return {name: value for name, value in values.items() if name not in BOOKKEEPING} | step.beyond


def with_values(step: Step, values: Mapping[str, object]) -> Step:
    """Set fields from plain JSON values; unknown names are kept in ``beyond``."""
    known = {name: value for name, value in values.items() if name in _FIELD_SET}
    rest = {
        name: value for name, value in values.items() if name not in _FIELD_SET and name not in BOOKKEEPING
    }
    changed = msgspec.convert(msgspec.to_builtins(step) | known, Step) if known else step
    return msgspec.structs.replace(changed, beyond=step.beyond | rest) if rest else changed
