"""What a model is shown: plain values without what goes without saying, and no text that hides or obeys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from plans.actions import wire
from plans.actions.desk import first_result, repeated_said
from plans.domain.step import Flag, Kind, RequestKind, Review, Risk, Status, Verdict
from plans.security.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.actions.desk import Changed
    from plans.actions.wire import Json
    from plans.agents.mcp_server.caller import Caller
    from plans.domain.plan import Plan

_ALWAYS: Final = ("number", "title", "status", "owner", "needs", "revision", "ready")
_LONG: Final = frozenset(
    {"notes", "comments", "extra", "created_by", "created_at", "updated_by", "updated_at", "assigned_by"}
)
_NEVER: Final = frozenset({"stamp_by", "stamp_at", "column", "wave"})
_USUAL: Final[tuple[object, ...]] = (None, "", 0, [], (), {}, "work", "none", "normal")
"""Values that are left out: a model pays for every word of a long list."""


class ShownRequest(msgspec.Struct):
    """What the step asks of a person."""

    id: Annotated[int, Meta(description="The revision that asked.")]
    kind: RequestKind
    text: str


class ShownDecision(msgspec.Struct):
    """What a person answered."""

    verdict: Verdict
    by: str
    at: Annotated[int, Meta(description="Milliseconds since 1970.")]
    note: str
    request: int | None
    text: Annotated[str, Meta(description="sha256 of the text that was decided on.")] | UnsetType = UNSET
    sig: Annotated[str, Meta(description="The signature under it.")] | UnsetType = UNSET


class ShownStep(msgspec.Struct):
    """One step. What is not set is left out, but for the first seven."""

    number: Annotated[int, Meta(description="The step's id; never used again.")]
    title: str
    status: Status
    owner: Annotated[str | None, Meta(description="The session that works on it, or null.")]
    needs: Annotated[tuple[int, ...], Meta(description="Steps to be completed before.")]
    revision: Annotated[int, Meta(description="Send it back as `revision` when you edit the step.")]
    ready: Annotated[bool, Meta(description="Pending, and all it needs is done.")]
    waits_on: tuple[int, ...] | UnsetType = UNSET
    doomed: Annotated[bool, Meta(description="A step it needs failed.")] | UnsetType = UNSET
    notes: Annotated[str, Meta(description="Markdown.")] | UnsetType = UNSET
    phase: str | UnsetType = UNSET
    kind: Annotated[Kind, Meta(description="Only a person completes a gate.")] | UnsetType = UNSET
    review: Annotated[Review, Meta(description="required: a person looks at the result.")] | UnsetType = UNSET
    risk: Risk | UnsetType = UNSET
    request: ShownRequest | UnsetType = UNSET
    decision: ShownDecision | UnsetType = UNSET
    flag: (
        Annotated[Flag, Meta(description="What a file claimed that it may not; forged: nobody signed it.")]
        | UnsetType
    ) = UNSET
    reason: Annotated[str, Meta(description="Why it failed or was cancelled.")] | UnsetType = UNSET
    extra: dict[str, object] | UnsetType = UNSET


class StepAnswer(msgspec.Struct):
    """A step after what was done."""

    step: ShownStep | None
    namespace: str
    revision: Annotated[int, Meta(description="The plan's revision.")]
    note: Annotated[str, Meta(description="What else is to be known.")] | UnsetType = UNSET


class StepsAnswer(msgspec.Struct):
    """Steps of a plan, in its order."""

    steps: tuple[ShownStep, ...]
    namespace: str
    revision: Annotated[int, Meta(description="The plan's revision.")]
    note: Annotated[str, Meta(description="What is wrong with the plan's files.")] | UnsetType = UNSET


def changed_answer(caller: Caller, changed: Changed, number: int | None, *, note: str = "") -> Json:
    """Give the answer about a step after a change: itself, its plan and the revision to edit from.

    A call that is repeated under its key gets what the first one got, and is told so.
    """
    plan = first_result(caller.desk, changed)
    step, there = None, number is not None and plan.has_step(number)
    if number is not None and there:
        step = _shown(wire.step_json(plan, number))
        caller.seen.step(plan, number)
    gone = f"step {number} was removed" if number is not None and not there else ""
    answer: Json = {"step": step, "namespace": plan.namespace, "revision": plan.revision}
    return with_note(answer, changed.late, repeated_said(changed), gone, note)


def steps_answer(plan: Plan, numbers: Iterable[int], *, long: bool, note: str = "") -> Json:
    """Give some steps of a plan; without notes, comments and authors unless ``long``."""
    wanted = set(numbers)
    left_out = _NEVER if long else _NEVER | _LONG
    steps = [_shown(step, left_out) for step in wire.steps_json(plan) if step["number"] in wanted]
    return with_note({"steps": steps, "namespace": plan.namespace, "revision": plan.revision}, note)


def with_note(answer: Json, *notes: str) -> Json:
    """Add what else is to be known, if anything is."""
    said = "; ".join(clean_line(note) for note in notes if note)
    return answer | ({"note": said} if said else {})


def cleaned(value: object) -> object:
    """Make every text in a value safe to look at: agents wrote it, and a model will read it."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list | tuple):
        return [cleaned(child) for child in value]
    if isinstance(value, dict):
        return {clean_line(name): cleaned(child) for name, child in value.items()}
    return value


def _shown(step: Json, left_out: frozenset[str] = _NEVER) -> Json:
    kept = {
        name: value
        for name, value in step.items()
        if name in _ALWAYS or (name not in left_out and value not in _USUAL)
    }
    whole = {name: kept[name] for name in _ALWAYS} | kept
    return {name: cleaned(value) for name, value in whole.items()}
