"""How fast a plan's steps get done: one bar for every ten minutes, in the plan's header."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.step import Status

if TYPE_CHECKING:
    from plans.domain.plan import Plan

_SPAN = 600_000
"""Ms that a bar stands for."""
_BARS = 24
_NOW = 3
"""The last bars, which show what goes on."""
_PITCH, _WIDTH, _HEIGHT = 5, 3.6, 22
"""Px from a bar to the next, of its width, and of the highest."""
_NONE, _LEAST = 1, 2
"""Px of a bar of no step, and of one step beside far more."""


class RateView(msgspec.Struct, frozen=True, kw_only=True):
    """The chart: outlines of the bars before, and of the last ones."""

    before: str
    now: str
    last: int
    """Steps done in the last ten minutes."""


def rate_view(plan: Plan) -> RateView | None:
    """Draw what was done in the four hours before the plan's last change; None where nothing was.

    It ends with that change and not with the moment somebody looks: a revision looks the same at any time.
    """
    done = [0] * _BARS
    for step in plan.steps:
        ago = (plan.updated_at - step.updated_at) // _SPAN
        if step.status is Status.COMPLETED and 0 <= ago < _BARS:
            done[_BARS - 1 - ago] += 1
    if not any(done):
        return None
    bars = [_bar(at, count, most=max(done)) for at, count in enumerate(done)]
    return RateView(before="".join(bars[:-_NOW]), now="".join(bars[-_NOW:]), last=done[-1])


def _bar(at: int, count: int, *, most: int) -> str:
    height = max(_LEAST, round(_HEIGHT * count / most)) if count else _NONE
    return f"M{at * _PITCH} 26v-{height}h{_WIDTH}v{height}z"
