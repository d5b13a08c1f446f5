"""What may be sent: strict, so that a misspelled field is refused and never passed over."""

# The annotations are read by pydantic when the program runs: no `from __future__ import annotations` here.

from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from plans.domain.step import Kind, Review, Risk
from plans.domain.verbs.shaping import Changes, Details

type Number = Annotated[int, Field(ge=1, lt=10**9, description="A step's number.")]
type RiskName = Literal["normal", "production", "irreversible"]
type ReviewName = Literal["none", "required"]
type Extra = dict[str, object]
_NOTES = "Markdown."
_EXTRA = "Any values of your own; they are kept unchanged."


class Sent(BaseModel):
    """A body of the API."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Nothing(Sent):
    """Nothing: the verb takes no fields."""


class Noted(Sent):
    """What a verb may be told besides."""

    note: str = Field(default="", description="Kept in the history.")


class StepFields(Sent):
    """What a step may be given; what is left out stays as it is."""

    notes: str = Field(default_factory=str, description=_NOTES)
    phase: str = Field(default_factory=str, description="A label; phases make the track's groups.")
    needs: list[Number] = Field(default_factory=list, description="Steps to be completed before.")
    review: ReviewName = Field(
        default_factory=lambda: "none", description="Whether a person looks at the result."
    )
    risk: RiskName = Field(default_factory=lambda: "normal", description="How much harm an approval can do.")
    critical: bool = Field(default_factory=bool)
    extra: Extra = Field(default_factory=dict, description=f"{_EXTRA} null deletes one.")

    def details(self) -> Details:
        """Give what was sent, the title apart."""
        found: Details = {}
        sent = self.model_fields_set
        if "notes" in sent:
            found["notes"] = self.notes
        if "phase" in sent:
            found["phase"] = self.phase
        if "needs" in sent:
            found["needs"] = tuple(self.needs)
        return found | self._marks()

    def _marks(self) -> Details:
        found: Details = {}
        sent = self.model_fields_set
        if "review" in sent:
            found["review"] = Review(self.review)
        if "risk" in sent:
            found["risk"] = Risk(self.risk)
        if "critical" in sent:
            found["critical"] = self.critical
        if "extra" in sent:
            found["extra"] = self.extra
        return found


class StepToAdd(StepFields):
    """A new step."""

    title: str
    kind: Literal["work", "gate"] = Field(default="work", description="Only a person completes a gate.")
    after: Number | None = Field(default=None, description="Behind this step; otherwise at the end.")

    @property
    def step_kind(self) -> Kind:
        return Kind(self.kind)


class StepChanges(StepFields):
    """Fields of a step to set. Status and owner are changed by verbs: claim, complete, release."""

    title: str = Field(default_factory=str)

    def changes(self) -> Changes:
        """Give what was sent."""
        changes = cast("Changes", self.details())
        if "title" in self.model_fields_set:
            changes["title"] = self.title
        return changes


class SubSteps(Sent):
    """Sub-steps done of a total."""

    done: Annotated[int, Field(ge=0, lt=10**9)]
    total: Annotated[int, Field(ge=0, lt=10**9)]


class Heartbeat(Sent):
    """A sign of life; with what you do, it is shown on the step's card."""

    active_form: str | None = Field(default=None, description="What you do now: running 212 tests.")
    progress: SubSteps | None = None
    agent: str = Field(default="", max_length=200, description="The program you are.")
    pid: Annotated[int, Field(ge=0, lt=2**31)] | None = Field(default=None, description="Your process.")


class Remark(Sent):
    """What a session remarks on a step."""

    text: str = Field(description="@people calls somebody, @ana the person so named.")


class Ask(Sent):
    """What a person is asked. The step is blocked until somebody answers."""

    kind: Literal["approval", "input", "problem"] = Field(
        description="approval: yes or no; input: a question; problem: help."
    )
    text: str
    risk: RiskName | None = Field(default=None, description="How much harm a yes can do.")


class DraftStep(BaseModel):
    """A step of a whole plan. Keys that are no field of a step are kept in its `extra`."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    title: str
    number: Number | None = Field(default=None, description="Leave it out for a new step.")
    notes: str = Field(default_factory=str, description=_NOTES)
    phase: str = Field(default_factory=str)
    needs: list[Number] = Field(default_factory=list)
    status: str = Field(default_factory=str, description="As the step shows it; only some changes are yours.")
    review: ReviewName = Field(default_factory=lambda: "none")
    risk: RiskName = Field(default_factory=lambda: "normal")
    kind: Literal["work", "gate"] = Field(default_factory=lambda: "work")
    critical: bool = Field(default_factory=bool)
    owner: str | None = None
    extra: Extra = Field(default_factory=dict, description=_EXTRA)


class PlanWords(Sent):
    """A plan's own words, and its steps: a list of titles or steps, or a markdown list."""

    title: str = Field(default_factory=str)
    status: str = Field(default_factory=str, description="How the plan stands, in your own words.")
    group: str = Field(default_factory=str, description="Where the board lists it.")
    steps: list[str | DraftStep] = Field(default_factory=list)
    markdown: str = Field(
        default_factory=str,
        description="Instead of steps: a list, with checkboxes or without, or what the board exported. "
        "A new plan may be sent as one step a line, too.",
    )

    @property
    def has_steps(self) -> bool:
        return bool(self.model_fields_set & {"steps", "markdown"})


class PlanToCreate(PlanWords):
    """A new plan."""

    namespace: str = Field(
        description="The plan's name; what stands before the first dot is its group.",
        json_schema_extra={"pattern": "^[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}$"},
    )
    draft: bool = Field(default=False, description="Hand out no steps yet.")


class PlanChanges(PlanWords):
    """Words to set. With steps, the whole plan is written over the one you read."""
