"""Which stretch of time a timeline shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.web.spans import ALL, DAY, HOUR, MINUTE, SECOND, SPANS, Extent, lasting, window_of

NOON = 1_800_000_000_000 // DAY * DAY + 12 * HOUR


def test_a_short_plan_is_shown_whole() -> None:
    window = window_of(Extent(NOON, NOON + 3 * HOUR), span="", around=NOON)
    assert window.span == ALL
    assert window.start <= NOON
    assert window.end >= NOON + 3 * HOUR
    assert (window.earlier, window.later) == (None, None)


@pytest.mark.parametrize("length", [0, 3 * SECOND, 20 * SECOND, MINUTE, 5 * MINUTE])
def test_a_plan_that_has_just_begun_fills_the_picture(length: int) -> None:
    window = window_of(Extent(NOON, NOON + length), span="", around=NOON + length)
    assert window.at(NOON) < 3
    assert window.at(NOON + max(length, 2 * SECOND)) > 97
    assert len(list(window.ticks())) >= 2


def test_of_a_long_plan_a_day_is_shown() -> None:
    window = window_of(Extent(NOON, NOON + 30 * DAY), span="", around=NOON + 30 * DAY)
    assert window.span == "1d"
    assert window.end - window.start == DAY
    assert window.earlier
    assert window.later is None


@given(st.integers(0, 400 * DAY), st.floats(0, 1), st.sampled_from([*SPANS, ALL, "", "nonsense"]))
def test_what_is_looked_at_can_be_seen(length: int, where: float, span: str) -> None:
    moment = NOON + int(length * where)
    window = window_of(Extent(NOON, NOON + length), span=span, around=moment)
    assert window.start <= moment <= window.end
    assert window.shows(Extent(moment, moment))
    assert 0 <= window.at(moment) <= 100


@given(st.integers(2 * DAY, 40 * DAY), st.sampled_from([*SPANS]))
def test_one_comes_from_the_end_to_the_start_and_back_by_earlier_and_later(length: int, span: str) -> None:
    extent = Extent(NOON, NOON + length)
    window = window_of(extent, span=span, around=extent.end)
    assert window.later is None
    if window.earlier is not None:
        before = window_of(extent, span=span, around=window.earlier)
        assert before.start < window.start
        assert before.end >= window.start, "nothing lies between them unseen"


@given(st.integers(0, 400 * DAY), st.sampled_from([*SPANS, ALL]))
def test_few_round_times_are_marked(length: int, span: str) -> None:
    window = window_of(Extent(NOON, NOON + length), span=span, around=NOON)
    ticks = list(window.ticks())
    assert len(ticks) <= 11
    assert all(tick % SECOND == 0 and window.start <= tick <= window.end for tick in ticks)


def test_going_on_a_little_does_not_move_the_picture() -> None:
    extent = Extent(NOON, NOON + 10 * DAY)
    first = window_of(extent, span="6h", around=NOON + 4 * DAY + MINUTE)
    assert window_of(extent, span="6h", around=NOON + 4 * DAY + 2 * HOUR) == first


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (0, "0 s"),
        (59_999, "59 s"),
        (MINUTE, "1 m"),
        (HOUR, "1 h"),
        (2 * HOUR + 5 * MINUTE, "2 h 5 m"),
        (3 * DAY + HOUR, "3 d 1 h"),
        (-5, "0 s"),
    ],
)
def test_a_duration_is_said_in_its_largest_units(ms: int, said: str) -> None:
    assert lasting(ms) == said
