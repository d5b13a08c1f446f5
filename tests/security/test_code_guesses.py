"""Guessing the terminal's code: who guesses waits, and nobody else does."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory

from plans.security.login import sign_in_with_code
from plans.security.login_attempts import FAILURES, TooManyAttempts
from plans.security.login_codes import LoginCodeRefused

NOW = 1_800_000_000_000


def unnoted(_: User) -> None:
    raise AssertionError


def guess(home: Path, address: str) -> None:
    request = RequestFactory().post("/login/", REMOTE_ADDR=address)
    sign_in_with_code(request, "AAAA-AAAA", home=home, name="ada", now=NOW, noting=unnoted)


@pytest.mark.usefixtures("fresh_attempts")
def test_wrong_codes_let_the_address_wait_that_they_come_from(home: Path) -> None:
    for _ in range(FAILURES):
        with pytest.raises(LoginCodeRefused):
            guess(home, "192.0.2.1")
    with pytest.raises(TooManyAttempts):
        guess(home, "192.0.2.1")
    with pytest.raises(LoginCodeRefused):
        guess(home, "192.0.2.2")
