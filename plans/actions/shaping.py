"""What changes the shape of a plan: adding, editing, ordering and removing steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack, cast

from plans.actions.desk import Desk, Terms, change, order
from plans.domain.step import Kind
from plans.domain.verbs import shaping
from plans.domain.verbs.shaping import Changes, Details
from plans.store.orders import Changed, Guard

if TYPE_CHECKING:
    from plans.domain.plan import Plan


class AddTerms(Terms, Details, total=False):
    """The terms, and what the new step is given besides its title."""


class EditTerms(Terms, Changes, total=False):
    """The terms, and what is set."""


def add_step(
    desk: Desk,
    namespace: str,
    *,
    title: str,
    kind: Kind = Kind.WORK,
    after: int | None = None,
    **given: Unpack[AddTerms],
) -> Changed:
    """Add a step at the end, or behind another one; its number is ``line.step`` of the answer."""
    by, at = given["by"], desk.store.clock()
    details = cast("Details", _without_terms(given))
    terms = _terms(given)

    def add(plan: Plan) -> Plan:
        return shaping.add(plan, by=by, at=at, title=title, kind=kind, after=after, **details)

    return change(desk, namespace, add, order("add", terms, sent=(title, kind, after, details)))


def edit_step(desk: Desk, namespace: str, number: int, **given: Unpack[EditTerms]) -> Changed:
    """Set fields of a step; a session edits what it owns or made, and may only tighten."""
    by = given["by"]
    changes = cast("Changes", _without_terms(given))
    asked = order("edit", _terms(given), step=number, guard=Guard.STEP, sent=changes)
    return change(desk, namespace, lambda plan: shaping.edit(plan, number, by=by, **changes), asked)


def move_step(
    desk: Desk, namespace: str, number: int, *, after: int | None, **terms: Unpack[Terms]
) -> Changed:
    """Put a step right behind another one, or first."""
    by = terms["by"]
    asked = order("move", terms, step=number, guard=Guard.STEP, sent=after)
    return change(desk, namespace, lambda plan: shaping.move(plan, number, by=by, after=after), asked)


def remove_step(desk: Desk, namespace: str, number: int, **terms: Unpack[Terms]) -> Changed:
    """Take a step out; its number is never used again."""
    by = terms["by"]
    asked = order("remove", terms, step=number, guard=Guard.STEP)
    return change(desk, namespace, lambda plan: shaping.remove(plan, number, by=by), asked)


def _terms(given: Terms) -> Terms:
    return Terms(by=given["by"], expected=given.get("expected"), key=given.get("key"))


def _without_terms(given: Terms) -> dict[str, object]:
    return {name: value for name, value in given.items() if name not in Terms.__annotations__}
