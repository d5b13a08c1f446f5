"""Who has said nothing for a while loses its step to the next that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.verbs import working
from tests.torture.calling import now
from tests.torture.patching import put

if TYPE_CHECKING:
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan

WHILE = 20
"""ms; in earnest it is minutes, and the heartbeat of a busy session comes late all the same."""


def install() -> None:
    real = working.claim

    def claim(plan: Plan, number: int, *, by: Actor) -> Plan:
        step = plan.step(number)
        if step.owner and now() - step.updated_at > WHILE:
            plan = plan.with_step(working.unowned(step))
        return real(plan, number, by=by)

    put(working, "claim", claim)
