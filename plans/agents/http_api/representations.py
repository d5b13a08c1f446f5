"""What the routes answer, as the OpenAPI document tells it.

A test holds every answer to this document.
"""

# The annotations are read by pydantic when the program runs: no `from __future__ import annotations` here.

from typing import Annotated

from pydantic import Field

from plans.agents.http_api.shown import (
    DecisionShown,
    ErrorShown,
    EventShown,
    Millis,
    OfFiles,
    PlanShown,
    ProofShown,
    Shown,
    StepShown,
    SummaryShown,
    UnreadablePlan,
    Values,
)

type Revision = Annotated[int, Field(ge=0, description="The plan's revision; send its ETag as If-Match.")]


class PlansAnswer(Shown):
    """The plans your token is for, by name."""

    plans: list[SummaryShown | UnreadablePlan]
    next: str | None = Field(description="Send it as `after` for the rest; null at the end.")


class PlanAnswer(Shown):
    """One plan."""

    plan: PlanShown
    namespace: str
    revision: Revision
    late: str = Field(default="", description="Saved, but plan.json could not follow yet, and why.")
    warnings: list[str] = Field(default=[], description="Lines of the markdown that were left out.")


class StepsAnswer(OfFiles):
    """The steps of a plan, in its order."""

    steps: list[StepShown]
    namespace: str
    revision: Revision


class StepAnswer(OfFiles):
    """One step; null where there is none (any more)."""

    step: StepShown | None
    namespace: str
    revision: Revision
    late: str = Field(default="", description="Saved, but plan.json could not follow yet, and why.")


class DeletedAnswer(Shown):
    """The plan lies in the trash of the plans' folder."""

    deleted: str


class EventsAnswer(Shown):
    """Revisions after the one you have, oldest first."""

    events: list[EventShown]
    namespace: str
    revision: Revision
    epoch: str = Field(description="Another one means another history: begin again at 0.")
    next: int | None = Field(description="Send it as `after` for the rest; null at the end.")


class StillOpen(ErrorShown):
    """Nobody has decided yet."""


class DecisionAnswer(Shown):
    """The decision on a request; null while nobody has decided."""

    decision: DecisionShown | None
    request: int = Field(description="The id of the request that is meant.")
    namespace: str
    revision: Revision
    same_text: bool | None = Field(
        default=None, description="false: the text was changed since; ask again before you act."
    )
    waiting: StillOpen | None = None


class ProofAnswer(Shown):
    """Whether a decision holds."""

    decision: ProofShown
    namespace: str


class Refused(Shown):
    """A refusal."""

    error: ErrorShown


class Stale(Refused):
    """What you read has changed since: look at it and decide again."""

    expected: int
    actual: int
    current: Values | None = Field(description="The step, or the plan without its steps, as it is now.")
    changed: list[str] = Field(description="Fields that changed.")
    by: str
    at: Millis
