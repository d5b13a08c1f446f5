"""The chart of what got done: every step in one bar, none outside, and nothing where nothing was."""

import re

from hypothesis import given
from hypothesis import strategies as st

from plans.domain.plan import Plan
from plans.domain.step import Status, Step
from plans.web.rate import RateView, rate_view

MINUTE = 60_000
NOW = 1_790_000_000_000


def plan_of(*ages: int, status: Status = Status.COMPLETED) -> Plan:
    """Make a plan whose steps were changed so many minutes before its last change."""
    steps = tuple(
        Step(number=number, title="x", status=status, updated_at=NOW - age * MINUTE)
        for number, age in enumerate(ages, 1)
    )
    return Plan(namespace="a.b", epoch="e", steps=steps, updated_at=NOW)


def bars(rate: RateView | None) -> dict[int, int]:
    """Read how high the bars are, by where they stand; those of no step left out."""
    drawn = rate.before + rate.now if rate else ""
    found = {int(x): int(height) for x, height in re.findall(r"M(\d+) 26v-(\d+)h", drawn)}
    assert list(found) == list(range(0, 120, 5) if rate else ())
    return {x: height for x, height in found.items() if height > 1}


def test_steps_done_in_the_same_ten_minutes_share_a_bar() -> None:
    rate = rate_view(plan_of(0, 9, 10, 45, 239))
    assert bars(rate) == {0: 11, 95: 11, 110: 11, 115: 22}
    assert rate is not None
    assert rate.now.startswith("M105 ")
    assert rate.last == 2


def test_nothing_is_drawn_where_nothing_was_done_lately() -> None:
    assert rate_view(plan_of()) is None
    assert rate_view(plan_of(240)) is None
    assert rate_view(plan_of(1, status=Status.CANCELLED)) is None


def test_one_step_is_seen_beside_many() -> None:
    assert bars(rate_view(plan_of(60, *[0] * 500))) == {85: 2, 115: 22}


@given(st.lists(st.integers(-30, 400), max_size=40))
def test_every_bar_stands_in_the_chart(ages: list[int]) -> None:
    found = bars(rate_view(plan_of(*ages)))
    assert len(found) == len({age // 10 for age in ages if 0 <= age < 240})
    assert all(2 <= height <= 22 for height in found.values())
