"""What a caller asks of the store, and what it gets back."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from plans.domain.actor import Actor
from plans.domain.plan import Plan
from plans.domain.problem import Problem
from plans.domain.revision import Line


class Guard(StrEnum):
    """Which expected revision a change is checked against."""

    NONE = "none"
    """None is needed; one that is sent is checked against the step's, or the plan's without a step."""
    STEP = "step"
    OWN = "own"
    PLAN = "plan"
    PEOPLE = "people"
    """One is needed; what sessions and files did since is let pass, what a person did is not."""


class Order(Struct, frozen=True, kw_only=True):
    """Who changes what, from which revision; ``key`` makes repeating it harmless."""

    by: Actor
    verb: str
    step: int | None = None
    """None is filled in from what the edit touches."""
    guard: Guard = Guard.NONE
    expected: int | None = None
    key: str | None = None
    body: str | None = None
    """sha256 of the whole keyed request."""
    note: str = ""


class Changed(Struct, frozen=True, kw_only=True):
    """The plan after a change. ``line`` is None when nothing had to change."""

    plan: Plan
    line: Line | None = None
    repeated: bool = False
    """The key was used before: ``line`` is the first result."""
    late: str = ""
    """Saved, but plan.json could not follow yet, and why."""
    warnings: tuple[str, ...] = ()
    """What is odd in the plan's files, where a peer's change was made a revision."""


class Reading(Struct, frozen=True, kw_only=True):
    """A plan as it stands, with what is wrong with its files."""

    plan: Plan
    problem: Problem | None = None
    warnings: tuple[str, ...] = ()
    recorded: Plan | None = None
    """The plan as the journal has it; None where there is none yet."""
    adopted: bool = True
    """False when a peer's change is not in the journal yet; ``plan`` shows it to who only looks."""
    writable: bool = True
    """False for a view of another program's list that is only shown here."""
    document: str | None = None
    """The whole text of a plan that another program keeps as one document; None for all others."""
