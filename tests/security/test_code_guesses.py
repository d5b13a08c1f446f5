"""Guessing the terminal's code or a password: who guesses waits, and nobody else does."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from plans.security.login import PasswordRefused, proven, sign_in_with_code
from plans.security.login_attempts import FAILURES, TooManyAttempts
from plans.security.login_codes import LoginCodeRefused, create_login_code

NOW = 1_800_000_000_000


def unnoted(_: User) -> None:
    raise AssertionError


def guess(home: Path, address: str) -> None:
    request = RequestFactory().post("/login/", REMOTE_ADDR=address)
    sign_in_with_code(request, "AAAA-AAAA", home=home, name="ada", now=NOW, noting=unnoted, adding=unnoted)


@pytest.mark.django_db
@pytest.mark.usefixtures("fresh_attempts")
def test_wrong_codes_let_the_address_wait_that_they_come_from(home: Path) -> None:
    for _ in range(FAILURES):
        with pytest.raises(LoginCodeRefused):
            guess(home, "192.0.2.1")
    with pytest.raises(TooManyAttempts):
        guess(home, "192.0.2.1")
    with pytest.raises(LoginCodeRefused):
        guess(home, "192.0.2.2")


@pytest.mark.django_db
@pytest.mark.usefixtures("fresh_attempts")
def test_a_right_code_is_no_guess_and_forgives_none(home: Path) -> None:
    for _ in range(FAILURES - 1):
        with pytest.raises(LoginCodeRefused):
            guess(home, "192.0.2.1")
    request = RequestFactory().post("/login/", REMOTE_ADDR="192.0.2.1")
    request.session = SessionStore()
    code = create_login_code(home, now=NOW)
    sign_in_with_code(
        request, code, home=home, name="ada", now=NOW, noting=lambda _: None, adding=lambda _: None
    )
    with pytest.raises(LoginCodeRefused):
        guess(home, "192.0.2.1")
    with pytest.raises(TooManyAttempts):
        guess(home, "192.0.2.1")


@pytest.mark.django_db
@pytest.mark.usefixtures("fresh_attempts", "quick_hashes")
def test_wrong_passwords_of_many_names_let_their_one_address_wait() -> None:
    def attempt(name: str, address: str) -> None:
        proven(RequestFactory().post("/login/", REMOTE_ADDR=address), name, "wrong", now=NOW)

    for number in range(FAILURES):
        with pytest.raises(PasswordRefused):
            attempt(f"nobody-{number}", "192.0.2.1")
    with pytest.raises(TooManyAttempts):
        attempt("ana", "192.0.2.1")
    with pytest.raises(PasswordRefused):
        attempt("ana", "192.0.2.2")
