"""A reader gives what it remembers, and looks at the files every tenth time only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.store.plan_store import PlanStore
from tests.torture.patching import put

if TYPE_CHECKING:
    from plans.store.orders import Reading


def install() -> None:
    real = PlanStore.read
    remembered: list[Reading] = []

    def read(store: PlanStore, namespace: str) -> Reading:
        if not remembered:
            remembered.extend([real(store, namespace)] * 10)
        return remembered.pop()

    put(PlanStore, "read", read)
