from hypothesis import given
from hypothesis import strategies as st

from plans.domain.pulse import CELL_MS, CELLS, beaten, heard

NOW = 1_795_000_000_000 // CELL_MS * CELL_MS


def after(*ago: int) -> int:
    """Hear heartbeats so many cells ago, oldest first."""
    beats, before = 0, None
    for cells in ago:
        at = NOW - cells * CELL_MS
        beats, before = beaten(beats, before=before, at=at), at
    return beats


def test_heartbeats_without_a_gap_are_one_stretch() -> None:
    assert heard(after(*range(59, -1, -1)), at=NOW, now=NOW) == [(0, 60)]


def test_heartbeats_90_seconds_apart_are_still_one_life() -> None:
    assert heard(after(9, 6, 3, 0), at=NOW, now=NOW) == [(50, 60)]


def test_a_silence_breaks_the_line() -> None:
    assert heard(after(40, 39, 5), at=NOW - 5 * CELL_MS, now=NOW) == [(19, 23), (54, 57)]


def test_what_is_older_than_half_an_hour_is_gone() -> None:
    assert heard(after(70, 0), at=NOW, now=NOW) == [(59, 60)]
    assert heard(after(0), at=NOW, now=NOW + 100 * CELL_MS) == []
    assert heard(after(0), at=NOW, now=NOW + 61 * CELL_MS) == [(0, 1)]


def test_nobody_is_heard_who_never_beat() -> None:
    assert heard(0, at=None, now=NOW) == []


def test_a_clock_set_back_starts_a_new_row() -> None:
    assert beaten(0b1011, before=NOW, at=NOW - 5 * CELL_MS) == 1


@given(st.lists(st.integers(-(2**62), 2**62), max_size=40))
def test_no_time_makes_it_longer_than_a_database_holds(times: list[int]) -> None:
    beats, before = 0, None
    for at in times:
        beats, before = beaten(beats, before=before, at=at), at
        assert 0 < beats < 2**CELLS
        stretches = heard(beats, at=at, now=NOW)
        assert all(0 <= start < end <= CELLS for start, end in stretches)
