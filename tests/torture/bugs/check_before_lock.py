"""The expected revision is compared before the lock is taken, and not again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from plans.domain import expected
from plans.store import changing
from plans.store.plan_store import PlanStore
from tests.torture.patching import put

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.plan import Plan
    from plans.store.orders import Changed, Order


def install() -> None:
    real = PlanStore.change
    put(changing, "_check_expected", lambda *_: None)

    def change(store: PlanStore, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        plan = store.read(namespace).plan
        if order.step is None or plan.has_step(order.step):
            expected.check_expected(plan, order.expected, verb=order.verb, step=order.step, required=False)
        time.sleep(0.003)
        return real(store, namespace, edit, order)

    put(PlanStore, "change", change)
