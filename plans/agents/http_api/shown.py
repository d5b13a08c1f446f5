"""What answers are made of, as the OpenAPI document tells it: plans, steps, events, decisions, errors.

Their values are written by `plans.actions.wire`; a test holds both together.
"""

# The annotations are read by pydantic when the program runs: no `from __future__ import annotations` here.

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

type Millis = Annotated[int, Field(description="Milliseconds since 1970.")]
type Author = Annotated[str, Field(description="`session:<id>`, `person:<name>` or `file`.")]
type Values = dict[str, object]


class Shown(BaseModel):
    """A value that newer versions may add keys to."""

    model_config = ConfigDict(extra="allow")


class SubStepsShown(Shown):
    """Sub-steps done of a total."""

    done: int
    total: int


class RequestShown(Shown):
    """What a step asks of a person."""

    id: int = Field(description="The revision that asked.")
    kind: Literal["approval", "input", "problem", "review", "hold"]
    text: str
    by: Author
    at: Millis
    came_from: str


class DecisionShown(Shown):
    """What a person answered."""

    verdict: Literal["approved", "rejected", "replied"]
    by: Author
    at: Millis
    note: str
    request: int | None = Field(description="The id of the request.")
    revision: int
    text: str = Field(description="sha256 of the text that was decided on; empty where nobody noted it.")
    sig: str = Field(description="The signature; empty where it was decided before there was a key.")


class CommentShown(Shown):
    """A remark."""

    at: Millis
    by: Author
    text: str


class StepShown(Shown):
    """One step: its fields, and what follows from the others'."""

    number: int = Field(description="Its id; never used again.")
    title: str
    notes: str
    active_form: str | None
    status: Literal["pending", "in_progress", "blocked", "in_review", "completed", "failed", "cancelled"]
    owner: str | None = Field(description="The session it is assigned to.")
    assigned_by: str
    worker: str | None
    needs: list[int]
    kind: Literal["work", "gate"]
    phase: str
    review: Literal["none", "required"]
    critical: bool
    risk: Literal["normal", "production", "irreversible"]
    progress: SubStepsShown | None
    request: RequestShown | None
    decision: DecisionShown | None
    flag: str | None
    reason: str
    attempts: int
    comments: list[CommentShown]
    created_by: str
    created_at: Millis
    updated_by: str
    updated_at: Millis
    revision: int = Field(description="The last revision that touched the step.")
    stamp_by: str | None
    stamp_at: int | None
    extra: Values
    ready: bool = Field(description="Pending, and all it needs is done.")
    doomed: bool = Field(description="Something it needs failed or was cancelled.")
    waits_on: list[int]
    wave: int
    column: Literal["todo", "run", "ask", "done"]


class Counts(Shown):
    """How many steps stand where."""

    todo: int
    run: int
    ask: int
    done: int


class ProblemShown(Shown):
    """What is wrong with a plan's file."""

    message: str


class OfFiles(Shown):
    """What is read from files that may be wrong: then it is the last good version."""

    problem: ProblemShown | None = None
    warnings: list[str] = []


class SummaryShown(OfFiles):
    """A plan without its steps."""

    namespace: str
    title: str
    status: str
    state: Literal["draft", "active", "done", "aborted"]
    group: str
    archived: bool
    revision: int
    own_revision: int
    epoch: str
    created_at: Millis
    created_by: str
    updated_at: Millis
    updated_by: str
    counts: Counts


class PlanShown(SummaryShown):
    """A plan with its steps."""

    steps: list[StepShown]
    removed: list[int] = []


class UnreadablePlan(Shown):
    """A plan that cannot be read at all."""

    namespace: str
    problem: ProblemShown


class EventShown(Shown):
    """One revision: what it set, by step number, or `plan` for the plan's own fields."""

    rev: int
    at: Millis
    by: Author
    verb: str
    step: int | None
    said: str = Field(description="What was done, in a sentence.")
    note: str
    set: dict[str, Values | None]
    was: dict[str, Values | None]
    moved: list[list[int | None]]
    forged: list[int] = Field(description="Steps of which it claims what nobody signed: none of it counts.")


class ErrorShown(Shown):
    """What happened, and what to do; the same at every door."""

    code: str
    message: str
    advice: str


class ProofShown(Shown):
    """A decision, and what it rests on."""

    holds: bool = Field(description="It is signed, and the text is still the one that was decided on.")
    standing: Literal["signed", "unsigned", "forged"] = Field(
        description="`unsigned`: decided before this board had a key. `forged`: no key that counts signed it."
    )
    said: str
    namespace: str
    plan: str = Field(description="The plan's epoch.")
    step: int
    revision: int = Field(description="The revision that decided.")
    request: int | None
    verdict: Literal["approved", "rejected", "replied"] | None = Field(
        description="null where a person completed the step instead, or it is forged."
    )
    by: Author
    at: Millis
    note: str
    text: str = Field(description="sha256 of the text that was decided on.")
    text_now: str = Field(description="sha256 of the text that stands there now.")
    same_text: bool
    signature: str = Field(description="`ed25519:<key's id>:<base64>`")
    statement: str = Field(description="The exact words that were signed, UTF-8.")
    keys: list[str] = Field(description="The public keys that count here: 32 bytes in base64 each.")
