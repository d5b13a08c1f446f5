"""How often a session may write, and how much it may keep open."""

from contextlib import ExitStack

import pytest

from plans.security.rates import (
    NAMES,
    WAITS_A_TOKEN,
    WAITS_ALL,
    WAITS_EACH,
    WINDOW_MS,
    WRITES_A_MINUTE,
    WRITES_A_TOKEN,
    Pace,
    Rates,
    TooManyWaits,
    TooManyWrites,
    Waits,
)


def test_a_session_writes_sixty_times_a_minute_and_no_more() -> None:
    rates = Rates()
    for number in range(WRITES_A_MINUTE):
        rates.count("agent", now=1_000 + number)

    with pytest.raises(TooManyWrites) as refused:
        rates.count("agent", now=2_000)

    assert refused.value.retry_after == 59
    assert refused.value.facts() == {"retry_after": 59}
    assert "59 seconds" in refused.value.advice
    rates.count("other", now=2_000)


def test_the_minute_slides() -> None:
    rates = Rates(limit=2)
    rates.count("agent", now=0)
    rates.count("agent", now=30_000)
    with pytest.raises(TooManyWrites):
        rates.count("agent", now=WINDOW_MS - 1)
    rates.count("agent", now=WINDOW_MS)
    with pytest.raises(TooManyWrites) as refused:
        rates.count("agent", now=WINDOW_MS + 1)
    assert refused.value.retry_after == 30


@pytest.mark.parametrize(("now", "seconds"), [(0, 60), (999, 60), (1_000, 59), (59_001, 1)])
def test_writes_of_one_moment_count_and_the_wait_is_told_in_whole_seconds(now: int, seconds: int) -> None:
    rates = Rates(limit=2)
    rates.count("agent", now=0)
    rates.count("agent", now=0)
    with pytest.raises(TooManyWrites) as refused:
        rates.count("agent", now=now)
    assert refused.value.retry_after == seconds


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    rates = Rates(limit=1)
    rates.count("agent", now=10**9)
    rates.count("agent", now=5)


def test_only_so_many_names_are_kept() -> None:
    rates = Rates(limit=1)
    for number in range(NAMES + 1):
        rates.count(f"agent-{number}", now=1)
    rates.count("agent-0", now=2)
    with pytest.raises(TooManyWrites):
        rates.count("agent-2", now=2)


def test_all_sessions_of_one_token_together_write_so_often() -> None:
    """Red where only names are counted: they cost nothing."""
    pace = Pace()
    for number in range(WRITES_A_TOKEN):
        pace.count(f"agent-{number}", token=1, now=1_000)
    with pytest.raises(TooManyWrites, match=r"^Too many changes with this token within a minute$") as refused:
        pace.count("agent-new", token=1, now=2_000)
    assert refused.value.facts() == {"retry_after": 59}
    pace.count("agent-new", token=2, now=2_000)
    pace.count("agent-new", token=1, now=1_000 + WINDOW_MS)


def test_a_refused_write_uses_up_nothing() -> None:
    """Red where the token's are counted first: one session in a loop silences all others."""
    pace = Pace(Rates(limit=1), Rates(limit=2, of="with this token"))
    pace.count("loop", token=1, now=1)
    for _ in range(9):
        with pytest.raises(TooManyWrites, match="by this session"):
            pace.count("loop", token=1, now=2)
    pace.count("calm", token=1, now=3)
    with pytest.raises(TooManyWrites, match="with this token"):
        pace.count("third", token=1, now=4)
    pace.count("third", token=2, now=5)


def test_a_session_keeps_so_many_open_and_gets_them_back() -> None:
    waits = Waits()
    held = [waits.one(1, "agent") for _ in range(WAITS_EACH)]
    for one in held:
        one.__enter__()

    with pytest.raises(TooManyWaits), waits.one(1, "agent"):
        pytest.fail("one too many")
    with pytest.raises(TooManyWaits) as refused:
        waits.check(1, "agent")
    assert refused.value.facts() == {"retry_after": 5}
    waits.check(1, "another")
    for one in held:
        one.__exit__(None, None, None)
    with waits.one(1, "agent"):
        pass
    assert not waits._open


def test_one_token_leaves_room_for_agents_with_another() -> None:
    waits = Waits()
    with ExitStack() as held:
        for number in range(WAITS_A_TOKEN):
            held.enter_context(waits.one(1, f"agent-{number}"))
        with pytest.raises(TooManyWaits):
            waits.check(1, "agent-new")
        waits.check(2, "agent-new")


def test_all_together_keep_so_many_open() -> None:
    waits = Waits()
    waits._open[1, "crowd"] = WAITS_ALL
    with pytest.raises(TooManyWaits):
        waits.check(2, "agent")
