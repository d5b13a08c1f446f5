"""What people answer: approve, reject, reply, take a decision back, put on hold. No agents' door has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from plans.actions.desk import Desk, Terms, change, order
from plans.domain.actor import require_person
from plans.domain.expected import RevisionRequired, check_read
from plans.domain.step import RequestKind
from plans.domain.verbs import deciding
from plans.store.orders import Changed, Guard

if TYPE_CHECKING:
    from plans.domain.plan import Plan


def approve_step(
    desk: Desk, namespace: str, number: int, *, note: str = "", text: str = "", **terms: Unpack[Terms]
) -> Changed:
    """Say yes to exactly what was seen: ``expected`` is the revision that was read, ``text`` its mark."""
    by, at, seen = terms["by"], desk.store.clock(), _seen("approve", terms)

    def decide(plan: Plan) -> Plan:
        check_read(plan, number, text=text)
        return deciding.approve(plan, number, by=by, at=at, note=note, seen=seen)

    return change(desk, namespace, decide, order("approve", terms, step=number, guard=Guard.STEP, sent=note))


def reject_step(
    desk: Desk, namespace: str, number: int, *, note: str, text: str = "", **terms: Unpack[Terms]
) -> Changed:
    """Say no and why."""
    by, at, seen = terms["by"], desk.store.clock(), _seen("reject", terms)

    def decide(plan: Plan) -> Plan:
        check_read(plan, number, text=text)
        return deciding.reject(plan, number, by=by, at=at, note=note, seen=seen)

    return change(desk, namespace, decide, order("reject", terms, step=number, guard=Guard.STEP, sent=note))


def reply_step(
    desk: Desk, namespace: str, number: int, *, note: str, text: str = "", **terms: Unpack[Terms]
) -> Changed:
    """Answer a question or a problem; the session goes on."""
    by, at, seen = terms["by"], desk.store.clock(), _seen("reply to", terms)

    def decide(plan: Plan) -> Plan:
        check_read(plan, number, text=text)
        return deciding.reply(plan, number, by=by, at=at, note=note, seen=seen)

    return change(desk, namespace, decide, order("reply", terms, step=number, guard=Guard.STEP, sent=note))


def undo_decision(desk: Desk, namespace: str, number: int, **terms: Unpack[Terms]) -> Changed:
    """Take a decision back while nothing has touched the step since; it asks again."""
    by = terms["by"]
    asked = order("undo", terms, step=number, guard=Guard.STEP)
    return change(desk, namespace, lambda plan: deciding.undo(plan, number, by=by), asked)


def hold_step(desk: Desk, namespace: str, number: int, *, text: str, **terms: Unpack[Terms]) -> Changed:
    """Stop a step until a person lets it go on."""
    by, at = terms["by"], desk.store.clock()
    require_person(by, "hold a step")
    return change(
        desk,
        namespace,
        lambda plan: deciding.block(plan, number, by=by, at=at, kind=RequestKind.HOLD, text=text),
        order("hold", terms, step=number, guard=Guard.STEP, sent=text),
    )


def _seen(verb: str, terms: Terms) -> int:
    """Tell which revision the person read; a decision without one could be about another text."""
    expected = terms.get("expected")
    if expected is None:
        raise RevisionRequired(verb)
    return expected
