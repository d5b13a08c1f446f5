"""A claim takes the step, whoever has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.step import Status
from plans.domain.verbs import working
from tests.torture.patching import put

if TYPE_CHECKING:
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan


def install() -> None:
    def claim(plan: Plan, number: int, *, by: Actor) -> Plan:
        return plan.with_step(replace(plan.step(number), status=Status.IN_PROGRESS, owner=by.name))

    put(working, "claim", claim)
