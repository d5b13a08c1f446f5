"""What a peer did to plan.json, brought into the plan: a three-way comparison, step by step.

``base`` is the content the peer started from, ``theirs`` what stands in the file now, ``plan`` what we
know. What a peer may do to a single step is told in peer_rights.py.
"""

from __future__ import annotations

from itertools import compress, count
from operator import ne
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from plans.domain.actor import Actor, sole_author
from plans.domain.plan import Plan
from plans.domain.step import Flag, Step
from plans.store.formats.openclaw import same_content
from plans.store.matching import match, new_order
from plans.store.peer_rights import after_peer, new_step
from plans.store.projection import entries, says, says_the_same

if TYPE_CHECKING:
    from plans.store.formats.openclaw import Core, CoreStep

type Based = tuple[tuple[int, CoreStep], ...]
"""The base: our step numbers with what peers saw of them, in order."""


class Adopted(Struct, frozen=True):
    """The plan with the peer's change, who made it, and which step of ours each of theirs is."""

    plan: Plan
    by: Actor
    numbers: tuple[int, ...]
    behind: bool
    """Whether plan.json must be rewritten to say what the plan says."""


def adopt(plan: Plan, base: Based, theirs: Core, *, at: int) -> Adopted:
    """Take over what a peer changed between ``base`` and ``theirs``; ``at`` is ms."""
    taken = _take_steps(plan, base, theirs, at=at)
    gone = _gone(plan, dict(base), taken.steps, present=set(taken.order))
    kept = taken.steps.keys() - gone
    order = new_order(plan, [number for number, _ in base], taken.order, kept=kept)
    adopted = replace(
        plan.with_steps(taken.steps[number] for number in order),
        removed=tuple(sorted({*plan.removed, *gone})),
        next_number=taken.next_number,
        core_at=theirs.updated_at,
        created_at=theirs.created_at,
    )
    behind = not says_the_same(adopted, theirs)
    return Adopted(adopted, sole_author(taken.authors), tuple(taken.numbers), behind)


def adopt_restated(plan: Plan, theirs: Core, *, at: int) -> Adopted | None:
    """Take over other statuses, active forms and stamps from a peer that wrote over the plan as it is.

    Gives what ``adopt`` gives, without looking twice at the steps that stay as they are; None when the peer
    added, removed, renamed or moved steps.
    """
    ours = entries(plan)
    if len(ours) != len(theirs.steps):
        return None
    authors: set[str | None] = set()
    steps = list(plan.steps)
    behind = False
    for index in compress(count(), map(ne, ours, theirs.steps)):
        was, core = ours[index], theirs.steps[index]
        if was.text != core.text:
            return None
        if not same_content(was, core):
            authors.add(core.updated_by)
        steps[index] = after_peer(plan, steps[index], core, was=was, at=at)
        behind = behind or not says(steps[index], core)
    adopted = replace(plan, steps=tuple(steps), core_at=theirs.updated_at, created_at=theirs.created_at)
    return Adopted(adopted.placed_as(plan), sole_author(authors), tuple(plan.positions), behind)


class _Taken(NamedTuple):
    """What going through the peer's steps gave."""

    steps: dict[int, Step]
    """Ours and theirs by number; what the peer removed is still there."""
    order: list[int]
    """The numbers of the steps that stand in the file, as the peer ordered them."""
    numbers: list[int]
    """The same, with those we removed meanwhile."""
    authors: set[str | None]
    next_number: int


def _take_steps(plan: Plan, base: Based, theirs: Core, *, at: int) -> _Taken:
    """Take over each of the peer's steps."""
    was = dict(base)
    next_number = plan.next_number
    steps = {step.number: step for step in plan.steps}
    order: list[int] = []
    numbers: list[int] = []
    authors: set[str | None] = set()
    for core, known in zip(theirs.steps, match(plan, base, theirs.steps), strict=True):
        if known is not None and known not in steps and _same(was.get(known), core):
            numbers.append(known)
            continue  # we removed it meanwhile, and the peer only sent it along
        if known is None or known not in steps:
            number, next_number = next_number, next_number + 1
            steps[number] = new_step(plan, number, core, at=at)
        else:
            number = known
            steps[number] = after_peer(plan, steps[number], core, was=was.get(number), at=at)
        if known is None or not _same(was.get(known), core):
            authors.add(core.updated_by)
        order.append(number)
        numbers.append(number)
    return _Taken(steps, order, numbers, authors, next_number)


def _same(was: CoreStep | None, core: CoreStep) -> bool:
    return was is not None and same_content(was, core)


def _gone(plan: Plan, was: dict[int, CoreStep], steps: dict[int, Step], *, present: set[int]) -> set[int]:
    """Find the steps the peer removed; a gate, an asking step or one we changed since stays, flagged."""
    gone: set[int] = set()
    for number in was.keys() - present:
        if not plan.has_step(number):
            continue
        step = plan.step(number)
        if step.is_gate or step.asks:
            steps[number] = replace(step, flag=step.marked(Flag.REMOVED_BY_PEER))
        else:
            gone.add(number)
    return gone
