"""What changes the shape of a plan: adding, editing, ordering and removing steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack

import msgspec
from msgspec.structs import replace

from plans.domain.errors import NotYours, PersonOnly, WrongInput, WrongState
from plans.domain.exact import is_same_step
from plans.domain.graph import check_needs
from plans.domain.limits import (
    check_extra,
    check_extras,
    check_label,
    check_notes,
    check_number,
    check_room,
    check_title,
)
from plans.domain.step import Flag, Kind, Review, Risk, Status, Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.domain.revision import Line

_REMOVING = "remove a gate, a critical step, or one that asks, was decided or must be reviewed"


class Details(TypedDict, total=False):
    """What a step may be given besides its title; an absent key stays as it is.

    In ``extra`` a value of None deletes the key.
    """

    notes: str
    needs: tuple[int, ...]
    phase: str
    review: Review
    risk: Risk
    critical: bool
    extra: dict[str, object]


class Changes(Details, total=False):
    """What an edit may set."""

    title: str


def add(
    plan: Plan,
    *,
    by: Actor,
    at: int,
    title: str,
    kind: Kind = Kind.WORK,
    after: int | None = None,
    **details: Unpack[Details],
) -> Plan:
    """Add a step at the end, or behind another one. Its number is ``plan.next_number``, never used before."""
    number = check_number(plan.next_number)
    check_room(len(plan.steps) + 1)
    fresh = Step(number=number, title=check_title(title), kind=kind, created_by=str(by), created_at=at)
    step = _changed(plan, fresh, Changes(title=fresh.title, **details))
    position = len(plan.steps) if after is None else plan.positions[plan.step(after).number] + 1
    steps = [*plan.steps[:position], step, *plan.steps[position:]]
    return replace(plan.with_steps(steps), next_number=number + 1)


def edit(plan: Plan, number: int, *, by: Actor, **changes: Unpack[Changes]) -> Plan:
    """Change a step's own fields. A session edits what it owns or made, and may only tighten.

    A person that edits a step has seen what a program undid of it.
    """
    step = plan.step(number)
    _refuse_stranger(step, by)
    changed = _changed(plan, step, changes)
    if by.is_person and step.flag is Flag.UNDONE_BY_PEER:
        changed = replace(changed, flag=None)
    if by.is_session:
        _refuse_loosening(step, changed)
    return plan if is_same_step(step, changed) else plan.with_step(changed)


def move(plan: Plan, number: int, *, by: Actor, after: int | None) -> Plan:
    """Put a step right behind another one, or first."""
    step = plan.step(number)
    _refuse_stranger(step, by)
    if after == number:
        return plan
    others = [other for other in plan.steps if other.number != number]
    position = 0 if after is None else [other.number for other in others].index(plan.step(after).number) + 1
    steps = (*others[:position], step, *others[position:])
    return plan if steps == plan.steps else plan.with_steps(steps)


def remove(plan: Plan, number: int, *, by: Actor) -> Plan:
    """Take a step out; it counts as cancelled for those that need it, and its number is never used again."""
    step = plan.step(number)
    _refuse_stranger(step, by)
    decided = step.is_gate or step.asks or step.decision is not None
    if by.is_session and (decided or step.review is Review.REQUIRED or step.critical):
        raise PersonOnly(_REMOVING)
    steps = tuple(other for other in plan.steps if other.number != number)
    return replace(plan.with_steps(steps), removed=tuple(sorted({*plan.removed, number})))


def check_undecided(lines: Iterable[Line], numbers: Collection[int]) -> None:
    """Refuse a session to take out steps that a person decided, though whoever asks again clears that."""
    keys = [str(number) for number in numbers]
    if any((line.set.get(key) or {}).get("decision") for line in lines for key in keys):
        raise PersonOnly(_REMOVING)


def _changed(plan: Plan, step: Step, changes: Changes) -> Step:
    checked: dict[str, object] = dict(changes)
    if "title" in changes:
        checked["title"] = step.title if changes["title"] == step.title else check_title(changes["title"])
    if "notes" in changes:
        checked["notes"] = check_notes(changes["notes"])
    if "phase" in changes:
        checked["phase"] = check_label(changes["phase"], "phase")
    if "needs" in changes:
        checked["needs"] = check_needs(plan, step.number, changes["needs"])
        _refuse_late_needs(step, tuple(changes["needs"]))
    if "extra" in changes:
        checked["extra"] = _merged_extra(step.extra, changes["extra"])
    return replace(step, **checked)


def _merged_extra(extra: dict[str, object], changes: dict[str, object]) -> dict[str, object]:
    known = set(Step.__struct_fields__)
    for name, value in changes.items():
        if name in known:
            message = f"{name!r} is a field of the step itself"
            raise WrongInput(message, advice="Set it with its own option, not as an extra value.")
        check_extra(name)
        check_extra(value)
    found = (extra | changes).items()
    merged = {name: msgspec.to_builtins(value) for name, value in found if value is not None}
    check_extras(merged, before=extra)
    return merged


def _refuse_late_needs(step: Step, needs: tuple[int, ...]) -> None:
    if set(needs) - set(step.needs) and step.status not in (
        Status.PENDING,
        Status.BLOCKED,
        Status.IN_PROGRESS,
    ):
        raise WrongState(step.number, verb="made to wait for others", status=step.status)


def _refuse_stranger(step: Step, by: Actor) -> None:
    owned = step.owner == by.name
    made = step.owner is None and step.created_by == str(by)
    if not by.is_person and not (by.is_session and (owned or made)):
        raise NotYours(step.number, owner=step.owner)


def _refuse_loosening(step: Step, changed: Step) -> None:
    looser = (
        set(step.needs) - set(changed.needs)
        or (step.review is Review.REQUIRED and changed.review is Review.NONE)
        or changed.risk.weight < step.risk.weight
        or (step.critical and not changed.critical)
    )
    if looser:
        what = "take away needs, a review, a risk or a critical mark"
        raise PersonOnly(what)
