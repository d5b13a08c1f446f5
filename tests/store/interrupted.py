"""One change that is cut short at a chosen system call."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from plans.domain.errors import PlanError
from plans.domain.verbs import shaping, working
from plans.store import lock_watch
from plans.store.orders import Changed, Order
from plans.store.plan_store import PlanStore
from tests.store.scene import ABC, ANN, START, ticking
from tests.store.system_calls import SystemCalls

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.plan import Plan

type Doing = Callable[[PlanStore], Changed | None]

NOTES = "a note that peers never see"


def create(store: PlanStore) -> Changed:
    """Create the plan with its first step: journal, folder and plan.json are new."""

    def filled(plan: Plan) -> Plan:
        return shaping.add(plan, by=ANN, at=START, title="first")

    return store.create("work", filled, Order(by=ANN, verb="create", key="k", body="create"))


def claim(store: PlanStore) -> Changed:
    """Change what peers see."""

    def claimed(plan: Plan) -> Plan:
        return working.claim(plan, 1, by=ABC)

    return store.change("work", claimed, Order(by=ABC, verb="claim", key="k", body="claim"))


def note(store: PlanStore) -> Changed:
    """Change what only we know."""

    def noted(plan: Plan) -> Plan:
        return shaping.edit(plan, 2, by=ANN, notes=NOTES)

    return store.change("work", noted, Order(by=ANN, verb="edit", key="k", body="note"))


def look(store: PlanStore) -> Changed:
    """Only read."""
    return Changed(plan=store.read("work").plan)


def unlock(store: PlanStore) -> None:
    """Remove the lock of a peer that has ended."""
    lock_watch.QUIET_SECONDS = 0.0  # it need not be watched here
    store.unlock("work")


def delete(store: PlanStore) -> None:
    """Move the plan into the trash."""
    store.delete("work", Order(by=ANN, verb="delete"))


def verify(store: PlanStore) -> None:
    """Read everything there is."""
    store.verify("work")


def adopt(store: PlanStore) -> Changed | None:
    """Take over what a peer wrote, and set right what it may not do."""
    return store.adopt("work")


def claim_twice(store: PlanStore) -> Changed:
    """Adopt a peer's change on the way to a change of ours."""
    return claim(store)


DOING: dict[str, Doing] = {
    "create": create,
    "claim": claim,
    "note": note,
    "adopt": adopt,
    "adopt and claim": claim_twice,
}
ONCE: dict[str, Doing] = {
    "note once": note,
    "read": look,
    "unlock": unlock,
    "delete": delete,
    "verify": verify,
}
"""Not tried again when refused."""


def interrupted(root: str, doing: str, hit: int, how: str) -> None:
    """Do it with the chosen call hit; write down what the caller was told, before and after a second try."""
    store = PlanStore(root, clock=ticking(START + 1_000_000))
    calls = SystemCalls(hit, how)
    report = Path(f"{root}.report")
    calls.install()
    try:
        first = told((DOING | ONCE)[doing], store)
    finally:
        calls.remove()
    first |= {"calls": calls.names}
    second = told(DOING[doing], store) if "error" in first and doing in DOING else {}
    report.write_text(json.dumps({"first": first, "second": second}), encoding="utf-8")


def told(doing: Doing, store: PlanStore) -> dict[str, object]:
    """Say what a caller learned: the revision, or the refusal."""
    try:
        done = doing(store)
    except PlanError as refused:
        return {"error": type(refused).__name__, "message": refused.message, "advice": refused.advice}
    if done is None:
        return {"revision": None, "late": ""}
    return {"revision": done.line.rev if done.line else None, "late": done.late}
