"""One shared list of steps, as a frozen value."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Self

import msgspec
from msgspec import UNSET, UnsetType

from plans.domain.errors import StepNotFound
from plans.domain.numbers import Count, Moment, Number, Revision
from plans.domain.step import CLOSED, Status, Step

if TYPE_CHECKING:
    from collections.abc import Iterable


class PlanState(StrEnum):
    """Whether a plan hands out work; draft and aborted are stored, done is derived."""

    DRAFT = "draft"
    ACTIVE = "active"
    DONE = "done"
    ABORTED = "aborted"


OWN_FIELDS = ("title", "status", "group", "stored_state", "archived")
"""The plan's own fields: they have a revision of their own, guarded like a step's."""

QUIET_PLAN_FIELDS = ("created_at", "core_at")
"""Fields that mirror plan.json's times; changing them touches no revision guard."""


class OwnValues(msgspec.Struct, frozen=True, kw_only=True):
    """What a journal line may say of the plan itself: whatever it does not say stays."""

    title: str | UnsetType = UNSET
    status: str | UnsetType = UNSET
    group: str | UnsetType = UNSET
    stored_state: PlanState | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    created_at: Moment | UnsetType = UNSET
    core_at: Moment | UnsetType = UNSET


class Plan(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """A plan at one revision. Steps stand in the order of plan.json; times are ms since the epoch."""

    namespace: str
    epoch: str
    """The journal's random id: another one means another history, whatever the revisions say."""
    title: str = ""
    status: str = ""
    """Free-form text, nobody's vocabulary."""
    group: str = ""
    """Where the board lists the plan; empty = the namespace's part before the first dot."""
    stored_state: PlanState = PlanState.ACTIVE
    archived: bool = False
    revision: Revision = 0
    own_revision: Revision = 0
    """The last revision that changed the plan's own fields."""
    created_at: Moment = 0
    created_by: str = ""
    updated_at: Moment = 0
    updated_by: str = ""
    core_at: Moment = 0
    """``updatedAt`` of plan.json, ms."""
    steps: tuple[Step, ...] = ()
    removed: tuple[Number, ...] = ()
    """Numbers of removed steps, ascending: they count as cancelled for those that need them."""
    next_number: Count = 1
    beyond: dict[str, object] = {}
    """Fields written by a newer version of this program, carried along unread."""

    @cached_property
    def positions(self) -> dict[int, int]:
        """Where each step number stands in ``steps``."""
        return {step.number: index for index, step in enumerate(self.steps)}

    @property
    def state(self) -> PlanState:
        """The state as people see it: an active plan whose steps are all closed is done."""
        finished = bool(self.steps) and all(step.status in CLOSED for step in self.steps)
        if self.stored_state is PlanState.ACTIVE and finished:
            return PlanState.DONE
        return self.stored_state

    @property
    def group_name(self) -> str:
        return self.group or self.namespace.partition(".")[0]

    def has_step(self, number: int) -> bool:
        return number in self.positions

    def step(self, number: int) -> Step:
        """Find a step; raises StepNotFound."""
        try:
            return self.steps[self.positions[number]]
        except KeyError:
            raise StepNotFound(number) from None

    def with_step(self, step: Step) -> Plan:
        """Put a changed step in the place of the one with its number."""
        index = self.positions[self.step(step.number).number]
        steps = (*self.steps[:index], step, *self.steps[index + 1 :])
        return msgspec.structs.replace(self, steps=steps).placed_as(self)

    def placed_as(self, other: Plan) -> Self:
        """Take over where steps stand from a plan that has the same ones in the same order."""
        self.__dict__["positions"] = other.positions
        return self

    def with_steps(self, steps: Iterable[Step]) -> Plan:
        """Replace the whole list of steps, order included."""
        return msgspec.structs.replace(self, steps=tuple(steps))

    def status_of(self, number: int) -> Status:
        """Tell a needed step's status; a removed or unknown one counts as cancelled."""
        index = self.positions.get(number)
        return self.steps[index].status if index is not None else Status.CANCELLED
