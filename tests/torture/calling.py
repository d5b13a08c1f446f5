"""Calls of the store by a process of ours, each with its beginning and end in the process's log."""

from __future__ import annotations

import hashlib
import time
import traceback
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.errors import PlanError
from plans.security.decision_seals import DecisionSeals
from plans.store.orders import Guard, Order
from plans.store.plan_store import PlanStore
from tests.torture.folding import marks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.domain.step import Step
    from plans.store.orders import Changed
    from tests.torture.history import Doing, Marks
    from tests.torture.log import Log

    type Edit = Callable[[Plan], Plan]

PLAN = "work"


def now() -> int:
    return time.time_ns() // 1_000_000


class Caller:
    """One process's store and log; all of them, and the board beside them, have one home and its key."""

    def __init__(self, place: Path, log: Log) -> None:
        root = place / "root"
        seals = DecisionSeals(home=str(place / "home"), root=str(root), older=set)
        self.log = log
        self.store = PlanStore(root, clock=now, lock_wait=60, seals=seals)

    def change(  # noqa: PLR0913 - what a call is made of
        self,
        doing: Doing,
        edit: Edit,
        by: Actor,
        *,
        on: Step | str = "",
        expected: int | None = None,
        sent: dict[str, str] | None = None,
        key: str = "",
    ) -> Changed | None:
        """Change the plan; None where it was refused. What carries ``expected`` must name its step."""
        title, step = (on, None) if isinstance(on, str) else (on.title, on.number)
        mark = key or f"{self.log.who}.{self.log.count + 1}"
        number = self.log.asked(
            doing=doing,
            mark=mark,
            by=str(by),
            title=title,
            step=step,
            guarded=expected is not None,
            expected=expected,
            key=key,
            sent=sent or {},
        )
        order = Order(by=by, verb=doing, step=step, note=mark)
        if expected is not None:
            order = replace(order, guard=Guard.STEP, expected=expected)
        if key:
            order = replace(order, key=key, body=hashlib.sha256(mark.encode()).hexdigest())
        return self._changed(number, edit, order)

    def _changed(self, number: int, edit: Edit, order: Order) -> Changed | None:
        bases: list[int] = []

        def counted(plan: Plan) -> Plan:
            bases.append(plan.revision)
            return edit(plan)

        call = self.store.create if order.verb == "create" else self.store.change
        try:
            changed = call(PLAN, counted, order)
        except PlanError as refused:
            self.log.answered(number, outcome="refused", code=refused.code, why=refused.message)
            return None
        except Exception:  # noqa: BLE001 - the checker refutes it
            self.log.answered(number, outcome="broke", why=traceback.format_exc(limit=-3))
            return None
        self.log.answered(
            number,
            outcome="same" if changed.line is None else "done",
            rev=changed.line.rev if changed.line is not None else None,
            base=bases[-1] if bases else None,
            repeated=changed.repeated,
        )
        return changed

    def read(self, store: PlanStore | None = None) -> Plan | None:
        """Read the plan, and note what was seen of it; None where it cannot be read."""
        number = self.log.asked(doing="read")
        try:
            reading = (store or self.store).read(PLAN)
        except PlanError as refused:
            self.log.answered(number, outcome="refused", code=refused.code, why=refused.message)
            return None
        except Exception:  # noqa: BLE001 - the checker refutes it
            self.log.answered(number, outcome="broke", why=traceback.format_exc(limit=-3))
            return None
        plan = reading.plan
        saw = seen(plan) if reading.problem is None else ()
        self.log.answered(number, outcome="done", rev=plan.revision, saw=saw)
        return plan

    def read_decision(self, step: Step) -> None:
        """Read a decision, as an agent does that waited for it."""
        number = self.log.asked(doing="read", step=step.number, title=step.title)
        plan = self.store.read(PLAN).plan
        found = plan.step(step.number).decision if plan.has_step(step.number) else None
        self.store.settle(PLAN)
        told = (str(found.verdict), found.by, found.note) if found is not None else None
        self.log.answered(number, outcome="done", rev=None, decision=told)


def seen(plan: Plan) -> Marks:
    """Give what the checker compares of a plan."""
    return marks(
        (s.number, {"title": s.title, "status": str(s.status), "owner": s.owner, "notes": s.notes})
        for s in plan.steps
    )
