"""After a death between the journal and plan.json the last change is made once more."""

from __future__ import annotations

from msgspec.structs import replace

from plans.store.held_plan import HeldPlan
from tests.torture.patching import put


def install() -> None:
    real = HeldPlan.catch_up

    def catch_up(held: HeldPlan) -> None:
        real(held)
        if held.standing.behind and held.known is not None and held.known.tail:
            held.commit(replace(held.known.tail[-1], rev=held.known.plan.revision + 1))

    put(HeldPlan, "catch_up", catch_up)
