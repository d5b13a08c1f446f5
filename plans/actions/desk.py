"""What every action works at, on what terms, and the one way from an action into the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Required, TypedDict

import msgspec

from plans.domain.errors import StorageFailed, WrongInput
from plans.domain.limits import check_key, check_notes
from plans.store.orders import Changed, Guard, Order, Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.sessions.heartbeats import Sessions
    from plans.store.plan_store import PlanStore

__all__ = [
    "Changed",
    "Desk",
    "Reading",
    "Terms",
    "change",
    "first_result",
    "order",
    "repeated_said",
    "with_heartbeat",
    "wrong_with",
]
"""What the store answers with is handed on here: the doors above do not know the store."""


class Desk(NamedTuple):
    """The plans and the sessions of one root."""

    store: PlanStore
    sessions: Sessions


class Terms(TypedDict, total=False):
    """Who asks, from which revision, and under which idempotency key."""

    by: Required[Actor]
    expected: int | None
    key: str | None


def order(
    verb: str,
    terms: Terms,
    *,
    step: int | None = None,
    guard: Guard = Guard.NONE,
    sent: object = None,
    note: str = "",
) -> Order:
    """Say what is asked of the store. ``sent`` is all that makes this request another one than the last.

    The expected revision is no part of it: who repeats a request after a lost answer has read again.
    """
    key = terms.get("key")
    checked = check_notes(note)
    return Order(
        by=terms["by"],
        verb=verb,
        step=step,
        guard=guard,
        expected=terms.get("expected"),
        key=None if key is None else check_key(key),
        body=None if key is None else _digest((step, sent, checked)),
        note=checked,
    )


def change(  # noqa: PLR0917 - where, which plan, what, on what terms
    desk: Desk, namespace: str, edit: Callable[[Plan], Plan], asked: Order
) -> Changed:
    """Change a plan; a session that does so shows life by it."""
    return with_heartbeat(desk, desk.store.change(namespace, edit, asked), asked.by)


def with_heartbeat(desk: Desk, changed: Changed, by: Actor) -> Changed:
    """Beat the session's heart; the change stands even where that fails, and says so."""
    if not by.is_session:
        return changed
    try:
        desk.sessions.beat(by.name)
    except StorageFailed as failed:
        late = "; ".join(part for part in (changed.late, failed.message) if part)
        return msgspec.structs.replace(changed, late=late)
    return changed


def first_result(desk: Desk, changed: Changed) -> Plan:
    """Give the plan that a change led to: for a repeated key the same one as the first time."""
    if not changed.repeated or changed.line is None:
        return changed.plan
    return desk.store.at(changed.plan.namespace, changed.line.rev)


def repeated_said(changed: Changed) -> str:
    """Say that a first result is not how things stand now; empty where it is."""
    if not changed.repeated or changed.line is None or changed.line.rev == changed.plan.revision:
        return ""
    shown, now = changed.line.rev, changed.plan.revision
    return f"This was done before under this key; shown is revision {shown}, and the plan is at {now} now"


def wrong_with(reading: Reading) -> list[str]:
    """Say what is wrong with a plan's files, a sentence each: what is shown is the last good version."""
    problem = reading.problem
    told = [] if problem is None else [f"{problem.message}; this is the last good version"]
    return [*told, *reading.warnings]


def _digest(sent: object) -> str:
    from hashlib import sha256  # noqa: PLC0415 - start-up time: only keyed requests need it

    try:
        return sha256(msgspec.json.encode(sent, order="sorted")).hexdigest()
    except UnicodeEncodeError:
        message = "A text contains half a character (a lone surrogate)"
        raise WrongInput(message, advice="Send whole characters as UTF-8.") from None
