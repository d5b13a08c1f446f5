"""What a caller writes of a step when it sends a whole plan; what it leaves out stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from msgspec import UNSET, Struct, UnsetType

from plans.domain.step import Kind, Progress, Review, Risk, Status

if TYPE_CHECKING:
    from plans.domain.verbs.shaping import Changes

_EDITABLE = ("title", "notes", "phase", "review", "risk", "critical", "extra")


class StepDraft(Struct, frozen=True, kw_only=True):
    """One step as it was sent. Needs are step numbers; a new plan's steps without numbers count from 1."""

    title: str
    number: int | None = None
    notes: str | UnsetType = UNSET
    phase: str | UnsetType = UNSET
    review: Review | UnsetType = UNSET
    risk: Risk | UnsetType = UNSET
    critical: bool | UnsetType = UNSET
    kind: Kind | UnsetType = UNSET
    needs: tuple[int, ...] | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    owner: str | UnsetType | None = UNSET
    reason: str | UnsetType = UNSET
    """Why it failed or was cancelled; only a new step takes it."""
    active_form: str | UnsetType | None = UNSET
    progress: Progress | UnsetType | None = UNSET
    extra: dict[str, object] | UnsetType = UNSET

    def changes(self) -> Changes:
        """Give what was sent of the fields that an edit may set, needs apart."""
        sent = {name: getattr(self, name) for name in _EDITABLE}
        return cast("Changes", {name: value for name, value in sent.items() if value is not UNSET})


class PlanDraft(Struct, frozen=True, kw_only=True):
    """A whole plan as it was sent: its own words and its steps in order."""

    title: str | None = None
    status: str | None = None
    group: str | None = None
    draft: bool = False
    removed: tuple[int, ...] = ()
    """Numbers that are not to be used again; what needs one of them is doomed, as it was."""
    steps: tuple[StepDraft, ...] = ()
