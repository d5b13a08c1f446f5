"""What a peer did to plan.json, brought into the plan: a three-way comparison, step by step.

``base`` is the content the peer started from, ``theirs`` what stands in the file now, ``plan`` what we
know. Peers know nothing of owners, gates, requests and reviews, so those keep their rights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from plans.domain.actor import FILE, Actor
from plans.domain.plan import Plan
from plans.domain.step import Flag, Request, RequestKind, Review, Status, Step
from plans.store.formats.openclaw import core_step, same_content
from plans.store.matching import match, new_order

if TYPE_CHECKING:
    from plans.store.formats.openclaw import Core, CoreStep

type Based = tuple[tuple[int, CoreStep], ...]
"""The base: our step numbers with what peers saw of them, in order."""


class Adopted(Struct, frozen=True):
    """The plan with the peer's change, who made it, and which step of ours each of theirs is."""

    plan: Plan
    by: Actor
    numbers: tuple[int, ...]


def adopt(plan: Plan, base: Based, theirs: Core, *, at: int) -> Adopted:
    """Take over what a peer changed between ``base`` and ``theirs``; ``at`` is ms."""
    if _are_the_same_steps(plan, base, theirs):
        return _restated(plan, base, theirs, at=at)
    numbers = match(plan, base, theirs.steps)
    was = dict(base)
    next_number = plan.next_number
    steps: dict[int, Step] = {step.number: step for step in plan.steps}
    order: list[int] = []
    seen: list[int] = []
    authors: set[str | None] = set()
    for core, known in zip(theirs.steps, numbers, strict=True):
        if known is not None and known not in steps and _same(was.get(known), core):
            seen.append(known)
            continue  # we removed it meanwhile, and the peer only sent it along
        if known is None or known not in steps:
            number, next_number = next_number, next_number + 1
            steps[number] = _new_step(plan, number, core, at=at)
        else:
            number = known
            steps[number] = _taken(plan, steps[number], core, was=was.get(number), at=at)
        if known is None or not _same(was.get(known), core):
            authors.add(core.updated_by)
        order.append(number)
        seen.append(number)
    gone = _gone(plan, was, steps, present=set(order))
    merged = new_order(plan, [number for number, _ in base], order, kept=steps.keys() - gone)
    adopted = replace(
        plan.with_steps(steps[number] for number in merged),
        removed=tuple(sorted({*plan.removed, *gone})),
        next_number=next_number,
        core_at=theirs.updated_at,
        created_at=theirs.created_at,
    )
    return Adopted(adopted, _author(authors), tuple(seen))


def _are_the_same_steps(plan: Plan, base: Based, theirs: Core) -> bool:
    """Tell whether the peer added, removed, renamed and moved nothing, and we did not either."""
    return [step.number for step in plan.steps] == [number for number, _ in base] and [
        core.text for core in theirs.steps
    ] == [was.text for _, was in base]


def _restated(plan: Plan, base: Based, theirs: Core, *, at: int) -> Adopted:
    """Take over other statuses, active forms and stamps; a step that stands as it stood stays one object."""
    authors: set[str | None] = set()
    steps = list(plan.steps)
    for index, (step, (_, was), core) in enumerate(zip(plan.steps, base, theirs.steps, strict=True)):
        if core == was and core.updated_at == step.stamp_at and core.updated_by == step.stamp_by:
            continue
        steps[index] = _taken(plan, step, core, was=was, at=at)
        if not same_content(was, core):
            authors.add(core.updated_by)
    adopted = replace(plan, steps=tuple(steps), core_at=theirs.updated_at, created_at=theirs.created_at)
    return Adopted(adopted, _author(authors), tuple(number for number, _ in base))


def _same(was: CoreStep | None, core: CoreStep) -> bool:
    return was is not None and same_content(was, core)


def _author(authors: set[str | None]) -> Actor:
    """Name the one session all changes are signed with, else the file."""
    only = authors.pop() if len(authors) == 1 else None
    return Actor("session", only) if only else FILE


def _gone(plan: Plan, was: dict[int, CoreStep], steps: dict[int, Step], *, present: set[int]) -> set[int]:
    """Find the steps the peer removed; a gate, an asking step or one we changed since stays, flagged."""
    gone: set[int] = set()
    for number in was.keys() - present:
        if not plan.has_step(number):
            continue
        step = plan.step(number)
        if step.is_gate or step.asks:
            steps[number] = replace(step, flag=Flag.REMOVED_BY_PEER)
        else:
            gone.add(number)
    return gone


def _new_step(plan: Plan, number: int, core: CoreStep, *, at: int) -> Step:
    author = str(Actor("session", core.updated_by)) if core.updated_by else str(FILE)
    blank = Step(
        number=number, title=core.text, active_form=core.active_form, created_by=author, created_at=at
    )
    return _stamped(_with_status(plan, blank, core, at=at), core)


def _taken(plan: Plan, step: Step, core: CoreStep, *, was: CoreStep | None, at: int) -> Step:
    was = was or core_step(step)
    if core.text != was.text:
        step = replace(step, title=core.text)
    if core.active_form != was.active_form:
        step = replace(step, active_form=core.active_form)
    if core.status != was.status:
        step = _with_status(plan, step, core, at=at)
    return _stamped(step, core)


def _stamped(step: Step, core: CoreStep) -> Step:
    return replace(step, stamp_by=core.updated_by, stamp_at=core.updated_at)


def _with_status(plan: Plan, step: Step, core: CoreStep, *, at: int) -> Step:
    """Move the step as far as a peer may move it."""
    if step.is_gate:
        return step
    if core.status == "completed":
        return _completed(plan, step, core, at=at)
    if step.asks:
        return step
    if core.status == "in_progress":
        return _started(step, core)
    return replace(step, status=Status(core.status), worker=None)


def _completed(plan: Plan, step: Step, core: CoreStep, *, at: int) -> Step:
    """Finish the step, or let a person look first where that was asked for."""
    if step.status is Status.COMPLETED:
        return step
    signed = step if step.owner else _owned(step, core)
    if not step.asks and step.review is Review.NONE:
        return replace(signed, status=Status.COMPLETED, worker=None)
    if step.asks and step.request is not None:
        asked = step.request
    else:
        by = str(Actor("session", core.updated_by)) if core.updated_by else str(FILE)
        asked = Request(
            id=plan.revision + 1, kind=RequestKind.REVIEW, text="", by=by, at=at, came_from=Status.IN_PROGRESS
        )
    return replace(
        signed, status=Status.IN_REVIEW, request=asked, decision=None, flag=Flag.FINISHED_WITHOUT_APPROVAL
    )


def _started(step: Step, core: CoreStep) -> Step:
    attempts = step.attempts + (step.status is not Status.IN_PROGRESS)
    return replace(_owned(step, core), status=Status.IN_PROGRESS, attempts=attempts)


def _owned(step: Step, core: CoreStep) -> Step:
    """Make who starts it the owner; a person's choice stands, and the worker is named beside it."""
    author = core.updated_by
    if not author or author == step.owner:
        return replace(step, worker=None)
    if step.owner is not None and Actor.parse(step.assigned_by).is_person:
        return replace(step, worker=author)
    return replace(step, owner=author, assigned_by=str(Actor("session", author)), worker=None)
