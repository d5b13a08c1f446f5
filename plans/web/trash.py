"""The plan that a person has just deleted: out of their lists at once, though the mirror still has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.django_wiring import desk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.security.person import BoardRequest
    from plans.web.seen_plans import SeenPlan

_DELETED = "deleted"


def remember_deleted(request: BoardRequest, namespace: str) -> None:
    """Note what this person deleted last."""
    request.session[_DELETED] = namespace


def without_deleted(request: BoardRequest, rows: Iterable[SeenPlan]) -> list[SeenPlan]:
    """Leave that plan out, unless one of its name is there again."""
    deleted = request.session.get(_DELETED, "")
    found = list(rows)
    if not any(row.namespace == deleted for row in found) or desk().store.exists(deleted):
        return found
    return [row for row in found if row.namespace != deleted]
