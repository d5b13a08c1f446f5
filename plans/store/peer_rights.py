"""What a peer's write does to one step: all that a peer may do, and no more.

Peers know nothing of owners, gates, requests and reviews, so those keep their rights: a gate keeps its
state, an open request survives, and what must be reviewed is not finished by a line in a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.actor import FILE, Actor
from plans.domain.limits import check_number
from plans.domain.step import Flag, Request, RequestKind, Review, Status, Step
from plans.store.formats.openclaw import core_step

if TYPE_CHECKING:
    from plans.domain.plan import Plan
    from plans.store.formats.openclaw import CoreStep

_LOST = frozenset({Status.FAILED, Status.CANCELLED})


def new_step(plan: Plan, number: int, core: CoreStep, *, at: int) -> Step:
    """Make a step of one that the peer added; ``at`` is ms. Raises TooLarge where numbers have run out."""
    author = str(Actor("session", core.updated_by)) if core.updated_by else str(FILE)
    blank = Step(
        number=check_number(number),
        title=core.text,
        active_form=core.active_form,
        created_by=author,
        created_at=at,
    )
    return _stamped(_with_status(plan, blank, core, at=at), core)


def after_peer(plan: Plan, step: Step, core: CoreStep, *, was: CoreStep | None, at: int) -> Step:
    """Take over what the peer changed in a step, compared with what it ``was`` to peers; ``at`` is ms."""
    was = was or core_step(step)
    if core.text != was.text:
        step = replace(step, title=core.text)
    if core.active_form != was.active_form:
        step = replace(step, active_form=core.active_form)
    if core.status != was.status:
        step = _reasoned(_with_status(plan, step, core, at=at))
    return _stamped(step, core)


def _reasoned(step: Step) -> Step:
    """Leave a reason only to a step that failed or was cancelled: a peer revives others without a word."""
    return step if step.status in _LOST else replace(step, reason="")


def _stamped(step: Step, core: CoreStep) -> Step:
    return replace(step, stamp_by=core.updated_by, stamp_at=core.updated_at)


def _with_status(plan: Plan, step: Step, core: CoreStep, *, at: int) -> Step:
    """Move the step as far as a peer may move it."""
    if step.is_gate:
        claimed = core.status == "completed" and step.status is not Status.COMPLETED
        return replace(step, flag=Flag.FORGED) if claimed else step
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
    flag = step.marked(Flag.FINISHED_WITHOUT_APPROVAL)
    return replace(signed, status=Status.IN_REVIEW, request=asked, decision=None, flag=flag)


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
