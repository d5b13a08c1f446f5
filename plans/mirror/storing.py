"""A plan as a database can hold it, made from the last one and what changed: not from every step again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.mirror.documents import storable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.domain.step import Step


def storable_plan(plan: Plan) -> Plan:
    """Replace what a database cannot hold, everywhere."""
    return _with_steps(plan, [storable(step) for step in plan.steps])


def storable_change(before: Plan, now: Plan, touched: Collection[int]) -> Plan:
    """Take over the touched steps and the order; the others stay the objects that they were."""
    if now.steps is before.steps:
        return _with_steps(now, before.steps)
    known = before.positions
    if known is now.positions:  # no step came, went or moved
        steps = list(before.steps)
        for number in touched:
            steps[known[number]] = storable(now.step(number))
        return _with_steps(now, steps)
    named = set(touched)
    steps = [
        before.steps[known[step.number]]
        if step.number not in named and step.number in known
        else storable(step)
        for step in now.steps
    ]
    return _with_steps(now, steps)


def touched_by(before: Plan, now: Plan, lines: Sequence[Line]) -> list[int]:
    """Name the steps that differ: as the journal says, if it tells of everything between the two."""
    if before is now:
        return []
    if lines and lines[0].rev == before.revision + 1 and lines[-1].rev == now.revision:
        return list(dict.fromkeys(number for line in lines for number in line.touches()))
    old = {step.number: step for step in before.steps}
    changed = [step.number for step in now.steps if old.get(step.number) != step]
    return changed + [number for number in old if not now.has_step(number)]


def _with_steps(plan: Plan, steps: Sequence[Step]) -> Plan:
    return replace(storable(replace(plan, steps=())), steps=tuple(steps)).placed_as(plan)
