"""Ten wrong tries a minute from one address, then waiting."""

import pytest

from plans.security.login_attempts import ADDRESSES, FAILURES, WINDOW_MS, LoginAttempts, TooManyAttempts

NOW = 1_800_000_000_000


def failed(address: str, *, times: int = FAILURES) -> LoginAttempts:
    attempts = LoginAttempts()
    for _ in range(times):
        attempts.check(address, now=NOW)
        attempts.failed(address, now=NOW)
    return attempts


def test_after_ten_failures_an_address_waits_a_minute() -> None:
    attempts = failed("192.0.2.1")
    with pytest.raises(TooManyAttempts) as refused:
        attempts.check("192.0.2.1", now=NOW + 500)
    assert refused.value.retry_after == 60
    assert refused.value.facts() == {"retry_after": 60}
    assert str(refused.value) == "Too many attempts to sign in"
    assert refused.value.advice == "Wait 60 seconds, then try again."
    with pytest.raises(TooManyAttempts, match="Too many") as later:
        attempts.check("192.0.2.1", now=NOW + 999)
    assert later.value.retry_after == 60
    attempts.check("192.0.2.1", now=NOW + WINDOW_MS)


def test_other_addresses_do_not_wait() -> None:
    failed("192.0.2.1").check("192.0.2.2", now=NOW)


def test_an_ipv6_network_is_one_guesser() -> None:
    attempts = failed("2001:db8:1:2::1")
    with pytest.raises(TooManyAttempts):
        attempts.check("2001:db8:1:2:ffff::9", now=NOW)
    attempts.check("2001:db8:1:3::1", now=NOW)


def test_success_forgets_the_failures() -> None:
    attempts = failed("192.0.2.1", times=FAILURES - 1)
    attempts.succeeded("192.0.2.1")
    attempts.failed("192.0.2.1", now=NOW)
    attempts.check("192.0.2.1", now=NOW)


def test_a_clock_set_back_does_not_lock_anyone_out() -> None:
    failed("192.0.2.1").check("192.0.2.1", now=NOW - WINDOW_MS)


def test_many_addresses_do_not_fill_the_memory() -> None:
    attempts = LoginAttempts()
    for number in range(ADDRESSES + 5):
        attempts.failed(f"unix-{number}", now=NOW)
    assert len(attempts._failures) == ADDRESSES
    for _ in range(FAILURES):
        attempts.failed("192.0.2.1", now=NOW)
    with pytest.raises(TooManyAttempts):  # the oldest are forgotten, not who fails now
        attempts.check("192.0.2.1", now=NOW)
