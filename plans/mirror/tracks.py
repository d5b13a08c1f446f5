"""What the list of plans shows of many plans at once: where their steps stand, and what happened last."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F

from plans.domain.graph import Condition
from plans.domain.standing import Column, Standing
from plans.mirror import models
from plans.mirror.documents import lines_from, steps_from

if TYPE_CHECKING:
    from collections.abc import Collection

    from plans.domain.revision import Line
    from plans.domain.step import Step


class Placed(NamedTuple):
    """A step and where it stands."""

    step: Step
    standing: Standing


def placed_steps(namespaces: Collection[str]) -> dict[str, list[Placed]]:
    """List the steps of some plans in plan order; what they wait for is left out."""
    rows = models.Step.objects.filter(plan__namespace__in=namespaces, removed=False).order_by("position")
    found = list(rows.values_list("plan__namespace", "condition", "wave", "column", "document"))
    steps = steps_from(document for *_, document in found)
    placed: dict[str, list[Placed]] = {}
    for (namespace, condition, wave, column, _), step in zip(found, steps, strict=True):
        standing = Standing(Condition(condition) if condition else None, (), wave, Column(column))
        placed.setdefault(namespace, []).append(Placed(step, standing))
    return placed


def newest_lines(namespaces: Collection[str]) -> dict[str, Line]:
    """Give the last revision of some plans."""
    rows = models.RevisionEvent.objects.filter(plan__namespace__in=namespaces, revision=F("plan__revision"))
    found = list(rows.order_by().values_list("plan__namespace", "document"))
    lines = lines_from(document for _, document in found)
    return {namespace: line for (namespace, _), line in zip(found, lines, strict=True)}
