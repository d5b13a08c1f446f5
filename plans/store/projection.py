"""What peers see of a plan: plan.json's content, its stamps, and whether a change shows there at all."""

from __future__ import annotations

from itertools import chain, compress, count, repeat
from operator import is_not
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.errors import TooLarge
from plans.store.formats import openclaw
from plans.store.formats.openclaw import Core, core_step, peer_status, same_content

if TYPE_CHECKING:
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.domain.step import Step
    from plans.store.formats.openclaw import CoreStep

_KEPT = "entries"
_ALL_ROOM = openclaw.STAMP_ROOM * openclaw.STAMPED_LATER
"""Bytes below the limit from where on it matters whether room for stamps is left."""


def entries(plan: Plan, *, near: Plan | None = None) -> tuple[CoreStep, ...]:
    """Say what peers see of each step, once for a plan; unchanged steps are taken from a plan ``near`` it."""
    kept: tuple[CoreStep, ...] | None = plan.__dict__.get(_KEPT)
    if kept is None:
        kept = plan.__dict__[_KEPT] = _made(plan, near)
    return kept


def carry(before: Plan, after: Plan) -> None:
    """Hand on what was made of the plan before, if it was."""
    if _KEPT in before.__dict__:
        entries(after, near=before)


def _made(plan: Plan, near: Plan | None) -> tuple[CoreStep, ...]:
    if near is None or near.positions is not plan.positions:
        return tuple(map(core_step, plan.steps))
    made = list(entries(near))
    for index in compress(count(), map(is_not, plan.steps, near.steps)):
        made[index] = core_step(plan.steps[index])
    return tuple(made)


def projected(plan: Plan) -> Core:
    """Give plan.json's content for a plan."""
    return Core(plan.namespace, entries(plan), plan.created_at, plan.core_at)


def plan_bytes(plan: Plan) -> bytes:
    """Give plan.json's bytes for a plan, as the peer's own writer writes them."""
    return openclaw.dump(projected(plan))


def stamped(before: Plan, after: Plan, by: Actor, *, at: int) -> tuple[Plan, bytes]:
    """Give the plan with plan.json's stamps, and the bytes to write.

    What changes there is signed with the session that did it; a person never appears in it. Raises
    TooLarge when the peers could not read the result, or when a new step would leave no room for the
    stamps of its own later work.
    """
    there = chain(before.steps, repeat(None))
    steps = tuple(
        now if now is was else _signed(before, now, by, at=at)
        for now, was in zip(after.steps, there, strict=False)
    )
    signed = replace(after, steps=steps, core_at=at).placed_as(after)
    entries(signed, near=before)
    data = plan_bytes(signed)
    size = len(data)
    if size > openclaw.MAX_BYTES - _ALL_ROOM and _grows(before, after):
        unstamped = sum(step.stamp_by is None for step in steps)
        size += openclaw.STAMP_ROOM * min(unstamped, openclaw.STAMPED_LATER)
    if size > openclaw.MAX_BYTES:
        raise TooLarge(
            f"plan.json would have {size:,} bytes; peers read at most {openclaw.MAX_BYTES:,}",
            advice="Shorten titles, or continue in another plan.",
        )
    return signed, data


def _signed(before: Plan, step: Step, by: Actor, *, at: int) -> Step:
    index = before.positions.get(step.number)
    was = before.steps[index] if index is not None else None
    if was is step or (was is not None and same_content(core_step(was), core_step(step))):
        return step
    return replace(step, stamp_by=by.name if by.is_session else step.stamp_by, stamp_at=at)


def _grows(before: Plan, after: Plan) -> bool:
    return sum(len(step.title) for step in after.steps) > sum(len(step.title) for step in before.steps)


def says_the_same(plan: Plan, theirs: Core) -> bool:
    """Tell whether plan.json needs no rewriting to say what the plan says to peers."""
    return len(plan.steps) == len(theirs.steps) and all(map(says, plan.steps, theirs.steps))


def says(step: Step, core: CoreStep) -> bool:
    """Tell whether a step stands in plan.json as peers are to see it, stamps aside."""
    return (
        step.title == core.text and step.active_form == core.active_form and peer_status(step) == core.status
    )


def core_differs(before: Plan, after: Plan) -> bool:
    """Tell whether a change shows in plan.json: text, status, activeForm, membership or order."""
    if len(before.steps) != len(after.steps):
        return True
    return any(
        was is not now and (was.number != now.number or not same_content(core_step(was), core_step(now)))
        for was, now in zip(before.steps, after.steps, strict=True)
    )
