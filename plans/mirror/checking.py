"""Comparing what the mirror holds with what the files say; positions and times of copying do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.picture import is_restamped, picture_of
from plans.mirror import models
from plans.mirror.documents import plan_document, plan_from, steps_from, storable
from plans.mirror.rows import event_row, head_row, step_row
from plans.mirror.storing import storable_plan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from django.db.models import Model

    from plans.domain.picture import Picture
    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.domain.step import Step

_COUNTS = ("todo", "run", "ask", "done", "cancelled")
_OF_PLANS = ("title", "status", "group", "state", "archived", "updated_at", "updated_by", *_COUNTS)
_OF_STEPS = ("title", "owner", "status", "condition", "column", "calls", "wave", "revision")
_OF_EVENTS = ("at", "by", "verb", "step", "touched", "document")


def differences(plan: Plan, lines: Sequence[Line]) -> list[str]:
    """Say in sentences where the mirror is not what the files are; empty when it is."""
    row = models.Plan.objects.filter(namespace=plan.namespace).first()
    if row is None:
        return ["The mirror does not have the plan"]
    if (row.epoch, row.revision) != (plan.epoch, plan.revision):
        return [f"The mirror is at revision {row.revision}, the files are at {plan.revision}"]
    return [*_plan(row, storable_plan(plan)), *_history(row, lines)]


def strangers(namespaces: Collection[str]) -> list[str]:
    """Name the mirrored plans that are none of these."""
    known = set(namespaces)
    found = models.Plan.objects.order_by("namespace").values_list("namespace", flat=True)
    return [namespace for namespace in found if namespace not in known]


def problem_missing(namespace: str, message: str) -> list[str]:
    """Say so when the files cannot be read and the mirror does not tell."""
    told = models.Plan.objects.filter(namespace=namespace).exclude(problem="").exists()
    return [] if told else [f"The mirror does not say what is wrong: {message}"]


def problem_left(namespace: str) -> list[str]:
    """Say so when the files read well and the mirror tells otherwise."""
    told = models.Plan.objects.filter(namespace=namespace).exclude(problem="").exists()
    return ["The mirror says that something is wrong, and the files read well"] if told else []


def _plan(row: models.Plan, plan: Plan) -> Iterator[str]:
    rows = list(models.Step.objects.filter(plan=row, removed=False).order_by("position"))
    mirrored = plan_from(row.document, steps_from(step.document for step in rows))
    if _own(mirrored) != _own(plan):
        yield "The plan's own fields differ"
    picture = picture_of(plan)
    if found := _columns(row, head_row(picture, row.stamp), _OF_PLANS):
        yield f"What is listed of the plan differs: {found}"
    if _numbers(rows) == list(plan.positions):
        yield from _steps(rows, mirrored.steps, picture)
    else:
        yield f"The steps or their order differ: {_numbers(rows)} instead of {list(plan.positions)}"


def _steps(rows: Sequence[models.Step], mirrored: Sequence[Step], picture: Picture) -> Iterator[str]:
    plan = picture.plan
    for row, mirror, truth in zip(rows, mirrored, plan.steps, strict=True):
        if not _is_same(mirror, truth):
            yield f"Step {truth.number} differs"
        if found := _columns(row, step_row(picture, truth.number, plan.positions), _OF_STEPS):
            yield f"What is derived of step {truth.number} differs: {found}"


def _history(row: models.Plan, lines: Sequence[Line]) -> Iterator[str]:
    rows = list(models.RevisionEvent.objects.filter(plan=row).order_by("revision"))
    if [event.revision for event in rows] != [line.rev for line in lines]:
        yield f"The history has {len(rows)} revisions instead of {len(lines)}"
        return
    for event, line in zip(rows, map(storable, lines), strict=True):
        if _columns(event, event_row(line), _OF_EVENTS):
            yield f"Revision {line.rev} differs"


def _columns(found: Model, wanted: Model, names: Sequence[str]) -> str:
    """Say which columns of a row are not what they should be; empty when all are."""
    pairs = ((name, getattr(found, name), getattr(wanted, name)) for name in names)
    return ", ".join(f"{name} is {now!r} instead of {then!r}" for name, now, then in pairs if now != then)


def _own(plan: Plan) -> str:
    return plan_document(replace(plan, core_at=0))


def _is_same(mirror: Step, truth: Step) -> bool:
    """Changed stamps alone make no revision, and are mirrored with the next one."""
    stamped = (mirror.stamp_by, mirror.stamp_at) == (truth.stamp_by, truth.stamp_at)
    return mirror == truth if stamped else is_restamped(mirror, truth)


def _numbers(rows: Sequence[models.Step]) -> list[int]:
    return [row.number for row in rows]
