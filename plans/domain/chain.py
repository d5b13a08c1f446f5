"""The longest chain of open steps that wait for each other: what decides how long a plan still takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.graph import topological

if TYPE_CHECKING:
    from plans.domain.plan import Plan


def longest_chain(plan: Plan) -> tuple[int, ...]:
    """List its steps, the first to be done first; of several as long ones that which plan order has first."""
    order = [number for number in topological(plan) if plan.step(number).is_open]
    length: dict[int, int] = {}
    through: dict[int, int] = {}
    for number in order:
        before = [need for need in plan.step(number).needs if need in length]
        longest = max(before, key=length.__getitem__, default=None)
        length[number] = 1 if longest is None else length[longest] + 1
        if longest is not None:
            through[number] = longest
    end = max(order, key=length.__getitem__, default=None)
    chain: list[int] = []
    while end is not None:
        chain.append(end)
        end = through.get(end)
    return tuple(reversed(chain))
