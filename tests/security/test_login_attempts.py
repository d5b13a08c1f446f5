"""Ten wrong tries a minute from one address, then waiting."""

import pytest

from plans.security.login_attempts import ADDRESSES, FAILURES, WINDOW_MS, LoginAttempts, TooManyAttempts

NOW = 1_800_000_000_000


def tried(address: str, *, times: int = FAILURES) -> LoginAttempts:
    attempts = LoginAttempts()
    for _ in range(times):
        attempts.count(address, now=NOW)
    return attempts


def test_after_ten_failures_an_address_waits_a_minute() -> None:
    attempts = tried("192.0.2.1")
    with pytest.raises(TooManyAttempts) as refused:
        attempts.count("192.0.2.1", now=NOW + 500)
    assert refused.value.retry_after == 60
    assert refused.value.facts() == {"retry_after": 60}
    assert str(refused.value) == "Too many attempts to sign in"
    assert refused.value.advice == "Wait 60 seconds, then try again."
    with pytest.raises(TooManyAttempts, match="Too many") as later:
        attempts.count("192.0.2.1", now=NOW + 999)
    assert later.value.retry_after == 60
    attempts.count("192.0.2.1", now=NOW + WINDOW_MS)


def test_other_addresses_do_not_wait() -> None:
    tried("192.0.2.1").count("192.0.2.2", now=NOW)


def test_an_ipv6_network_is_one_guesser() -> None:
    attempts = tried("2001:db8:1:2::1")
    with pytest.raises(TooManyAttempts):
        attempts.count("2001:db8:1:2:ffff::9", now=NOW)
    attempts.count("2001:db8:1:3::1", now=NOW)


def test_an_ipv4_address_in_the_form_of_an_ipv6_one_is_that_address() -> None:
    """Red where all of them are one network: whoever guesses would lock out everybody."""
    attempts = tried("::ffff:192.0.2.1")
    attempts.count("::ffff:192.0.2.2", now=NOW)
    with pytest.raises(TooManyAttempts):
        attempts.count("192.0.2.1", now=NOW)


def test_guesses_that_are_sent_at_once_are_counted_before_any_of_them_failed() -> None:
    """Red where a try counts once it has failed: hashing takes long, and two hundred begin meanwhile."""
    attempts = tried("192.0.2.1")
    with pytest.raises(TooManyAttempts):
        attempts.count("192.0.2.1", now=NOW)


def test_who_succeeds_takes_that_try_back_and_no_other() -> None:
    """Red where a success forgets all: with an account of one's own, others' could be guessed without end."""
    attempts = tried("192.0.2.1", times=FAILURES - 1)
    for _ in range(3):
        attempts.count("192.0.2.1", now=NOW + 1)
        attempts.take_back("192.0.2.1", now=NOW + 1)
    attempts.count("192.0.2.1", now=NOW + 2)
    with pytest.raises(TooManyAttempts):
        attempts.count("192.0.2.1", now=NOW + 3)


def test_a_clock_set_back_does_not_lock_anyone_out() -> None:
    tried("192.0.2.1").count("192.0.2.1", now=NOW - WINDOW_MS)


def test_many_addresses_do_not_fill_the_memory() -> None:
    attempts = LoginAttempts()
    for number in range(ADDRESSES + 5):
        attempts.count(f"unix-{number}", now=NOW)
    assert len(attempts._failures) == ADDRESSES
    for _ in range(FAILURES):
        attempts.count("192.0.2.1", now=NOW)
    with pytest.raises(TooManyAttempts):  # the oldest are forgotten, not who fails now
        attempts.count("192.0.2.1", now=NOW)


def test_who_only_succeeds_leaves_nothing_behind() -> None:
    attempts = tried("192.0.2.1", times=1)
    attempts.take_back("192.0.2.1", now=NOW)
    attempts.take_back("192.0.2.1", now=NOW)
    assert not attempts._failures
