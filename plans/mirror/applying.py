"""Writing changes into the mirror: three statements a change, whatever the size; used only by ``sync``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from msgspec.structs import replace

from plans.mirror.models import Plan, RevisionEvent, Session, Step
from plans.mirror.rows import Known, rows_for

if TYPE_CHECKING:
    from plans.mirror.rows import News, Painted

_STEP_COLUMNS = [
    field.name
    for field in Step._meta.concrete_fields  # noqa: SLF001 - Django documents _meta
    if field.name not in {"id", "plan", "number"}
]


def write(known: Known | None, painted: Painted, news: News) -> Known:
    """Write one change; a plan that is new, or whose history was replaced, is written whole: another copy."""
    rows = rows_for(known, painted, news)
    with transaction.atomic():
        key = _write_plan(rows.key, rows.plan)
        for step in rows.steps:
            step.plan_id = key
        for event in rows.events:
            event.plan_id = key
        _write_steps(rows.steps)
        if rows.events:
            RevisionEvent.objects.bulk_create(rows.events)
    picture = painted.picture
    if picture.copy != key:
        picture = replace(picture, copy=key)
    return Known(key, picture, rows.positions, rows.plan.stamp)


def forget(namespace: str) -> None:
    """Take a deleted plan out of the mirror."""
    Plan.objects.filter(namespace=namespace).delete()


def empty() -> None:
    """Take everything out of the mirror; accounts and the like stay."""
    with transaction.atomic():
        for model in (RevisionEvent, Step, Plan, Session):
            model.objects.all().delete()


def _write_plan(key: int | None, row: Plan) -> int:
    if key is None:
        forget(row.namespace)
        row.save(force_insert=True)
    else:
        row.pk = key
        row.save(force_update=True)
    return row.pk


def _write_steps(rows: list[Step]) -> None:
    if rows:
        Step.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["plan", "number"], update_fields=_STEP_COLUMNS
        )
