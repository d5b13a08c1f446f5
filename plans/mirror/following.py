"""Keeping pictures of the open plans up to date from the mirror, reading only what changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.picture import Picture, with_plan
from plans.mirror import models
from plans.mirror.documents import plan_from, steps_from
from plans.mirror.reading import known_plan, lives_named, with_facts

if TYPE_CHECKING:
    from plans.domain.plan import Plan
    from plans.domain.step import Step
    from plans.mirror.rows import Known


class Follower:
    """What one process knows of the plans that its viewers look at."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}

    def read(self, namespace: str) -> Picture | None:
        """Give the newest picture, or None when the mirror has no such plan."""
        before = self._known.get(namespace)
        known = refreshed(before) if before else known_plan(namespace)
        if known is None:
            self.drop(namespace)
            return None
        self._known[namespace] = known
        return msgspec.structs.replace(known.picture, lives=lives_named(known.picture.sessions))

    def revision(self, namespace: str) -> int | None:
        """Tell which revision was read last."""
        known = self._known.get(namespace)
        return known.picture.plan.revision if known else None

    def drop(self, namespace: str) -> None:
        """Forget a plan that nobody looks at any more."""
        self._known.pop(namespace, None)


def refreshed(known: Known) -> Known | None:
    """Bring what is known of a plan up to date; None when the mirror has it no more."""
    before = known.picture.plan
    row = models.Plan.objects.filter(namespace=before.namespace).first()
    if row is None:
        return None
    if row.pk != known.key or row.epoch != before.epoch or row.revision < before.revision:
        return known_plan(before.namespace)
    if row.revision > before.revision:
        known = _merged(known, row)
    return known._replace(picture=with_facts(known.picture, row), stamp=row.stamp)


def _merged(known: Known, row: models.Plan) -> Known:
    """Read the rows that changed since. The plan's row was read before: no row can be older than it."""
    changed = models.Step.objects.filter(plan=row, at__gt=known.picture.plan.revision)
    rows = list(changed.values_list("number", "position", "removed", "document"))
    positions = dict(known.positions)
    for number, position, removed, _ in rows:
        if removed:
            positions.pop(number, None)
        else:
            positions[number] = position
    fresh = steps_from(document for _, _, removed, document in rows if not removed)
    plan = plan_from(row.document, _ordered(known.picture.plan, fresh, positions))
    touched = [number for number, *_ in rows]
    ordered = {step.number: positions[step.number] for step in plan.steps}
    return known._replace(picture=with_plan(known.picture, plan, touched), positions=ordered)


def _ordered(before: Plan, fresh: tuple[Step, ...], positions: dict[int, int]) -> tuple[Step, ...]:
    steps = {step.number: step for step in (*before.steps, *fresh)}
    return tuple(steps[number] for number in sorted(positions, key=positions.__getitem__))
