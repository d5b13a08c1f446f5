"""One plan's line of the list, without its steps."""

from __future__ import annotations

import msgspec

from plans.mirror import models


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """What a badge shows of a plan."""

    id: int
    """The copy that this is: a plan that is written whole is another."""
    epoch: str
    revision: int
    title: str
    counts: dict[str, int]
    """How many steps stand in each column, what was cancelled left out."""


def glance_at(namespace: str) -> Glance | None:
    """Find a plan by its name; one small query."""
    columns = ("todo", "run", "ask", "done")
    found = models.Plan.objects.filter(namespace=namespace)
    row = found.values("id", "epoch", "revision", "title", "cancelled", *columns).first()
    if row is None:
        return None
    counts = {column: row.pop(column) for column in columns}
    counts["done"] -= row.pop("cancelled")
    return Glance(counts=counts, **row)
