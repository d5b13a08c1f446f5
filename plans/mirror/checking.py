"""Comparing what the mirror holds with what the files say; positions and times of copying do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.picture import is_restamped
from plans.domain.standing import stand
from plans.mirror import models
from plans.mirror.documents import (
    line_document,
    plan_document,
    plan_from,
    steps_from,
    storable,
)
from plans.mirror.rows import touched_text
from plans.mirror.storing import storable_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.domain.step import Step


def differences(plan: Plan, lines: Sequence[Line]) -> list[str]:
    """Say in sentences where the mirror is not what the files are; empty when it is."""
    row = models.Plan.objects.filter(namespace=plan.namespace).first()
    if row is None:
        return ["The mirror does not have the plan"]
    if (row.epoch, row.revision) != (plan.epoch, plan.revision):
        return [f"The mirror is at revision {row.revision}, the files are at {plan.revision}"]
    return [*_plan(row, storable_plan(plan)), *_history(row, lines)]


def strangers(namespaces: Sequence[str]) -> list[str]:
    """Name the mirrored plans that are none of these."""
    found = models.Plan.objects.exclude(namespace__in=namespaces).values_list("namespace", flat=True)
    return list(found)


def problem_missing(namespace: str, message: str) -> list[str]:
    """Say so when the files cannot be read and the mirror does not tell."""
    told = models.Plan.objects.filter(namespace=namespace).exclude(problem="").exists()
    return [] if told else [f"The mirror does not say what is wrong: {message}"]


def _plan(row: models.Plan, plan: Plan) -> Iterator[str]:
    rows = list(models.Step.objects.filter(plan=row, removed=False).order_by("position"))
    mirrored = plan_from(row.document, steps_from(step.document for step in rows))
    if _own(mirrored) != _own(plan):
        yield "The plan's own fields differ"
    if [step.number for step in rows] != list(plan.positions):
        yield f"The steps or their order differ: {_numbers(rows)} instead of {list(plan.positions)}"
        return
    standings = stand(plan)
    for step_row, mirror, truth in zip(rows, mirrored.steps, plan.steps, strict=True):
        if not _is_same(mirror, truth):
            yield f"Step {truth.number} differs"
        standing = standings[truth.number]
        derived = (step_row.status, step_row.condition, step_row.column, step_row.wave, step_row.revision)
        wanted = (truth.status, standing.condition or "", standing.column, standing.wave, truth.revision)
        if derived != wanted:
            yield f"What is derived of step {truth.number} differs: {derived} instead of {wanted}"


def _history(row: models.Plan, lines: Sequence[Line]) -> Iterator[str]:
    rows = list(models.RevisionEvent.objects.filter(plan=row).order_by("revision"))
    if [event.revision for event in rows] != [line.rev for line in lines]:
        yield f"The history has {len(rows)} revisions instead of {len(lines)}"
        return
    for event, line in zip(rows, map(storable, lines), strict=True):
        found = (event.document, event.verb, event.touched)
        if found != (line_document(line), line.verb, touched_text(line.touches())):
            yield f"Revision {line.rev} differs"


def _own(plan: Plan) -> str:
    return plan_document(replace(plan, core_at=0))


def _is_same(mirror: Step, truth: Step) -> bool:
    """Changed stamps alone make no revision, and are mirrored with the next one."""
    stamped = (mirror.stamp_by, mirror.stamp_at) == (truth.stamp_by, truth.stamp_at)
    return mirror == truth if stamped else is_restamped(mirror, truth)


def _numbers(rows: Sequence[models.Step]) -> list[int]:
    return [row.number for row in rows]
