"""Signing in: whose guesses are counted where, what is compared, and what a session begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from plans.domain.errors import Refusal
from plans.domain.rights import EVERYTHING, Right, Role
from plans.people.rights import rights_of
from plans.security import login
from plans.security.accounts import add_person, switch_off, switch_on
from plans.security.login import (
    NAME_LENGTH,
    PASSWORD_LENGTH,
    PasswordRefused,
    SwitchedOff,
    local_person,
    proven,
    sign_in,
    sign_in_with_code,
    sign_in_with_password,
)
from plans.security.login_attempts import FAILURES, TooManyAttempts
from plans.security.login_codes import LoginCodeRefused, create_login_code
from plans.security.roles import give_role

if TYPE_CHECKING:
    from pathlib import Path

    from django.http import HttpRequest

NOW = 1_800_000_000_000
PASSWORD = "correct horse staple"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_attempts", "quick_hashes")]


def request_from(address: str = "192.0.2.1") -> HttpRequest:
    request = RequestFactory().post("/login/", REMOTE_ADDR=address)
    request.session = SessionStore()
    return request


def guess(name: str, address: str = "192.0.2.1", *, now: int = NOW) -> None:
    """Try a wrong password."""
    with pytest.raises(PasswordRefused):
        proven(request_from(address), name, "wrong", now=now)


@pytest.fixture
def ana() -> User:
    return add_person("ana", PASSWORD, [Right(Role.VIEWER, "payments.*")])


def test_a_wrong_password_is_refused_in_words_that_name_nobody(ana: User) -> None:
    refused = PasswordRefused()
    assert refused.message == "This name and password do not let you in"
    assert refused.advice == "Try again, or ask whoever manages this board."
    assert (refused.refusal, refused.code) == (Refusal.FORBIDDEN, "password_refused")
    guess(ana.username)
    guess("nobody")


def test_the_right_password_begins_a_session_that_was_noted_first(ana: User) -> None:
    noted: list[User] = []
    request = request_from()
    sign_in_with_password(request, "ana", PASSWORD, now=NOW, noting=noted.append)
    assert noted == [ana]
    assert request.session[SESSION_KEY] == str(ana.pk)
    assert request.session[BACKEND_SESSION_KEY] == "django.contrib.auth.backends.ModelBackend"


def test_a_session_begun_by_a_code_was_noted_first_too(home: Path) -> None:
    noted: list[str] = []
    for _ in range(2):
        sign_in_with_code(
            request_from(),
            create_login_code(home, now=NOW),
            home=home,
            name="ada",
            now=NOW,
            noting=lambda user: noted.append(f"{user} comes in"),
            adding=lambda user: noted.append(f"{user} is new, {rights_of(user).held}"),
        )
    admin = (Right(Role.ADMIN, EVERYTHING),)
    assert noted == [f"ada is new, {admin}", "ada comes in", "ada comes in"]


@pytest.mark.parametrize("refuses", ["adding", "noting"])
def test_a_code_makes_no_account_that_cannot_be_noted(home: Path, refuses: str) -> None:
    """Red where the account is made outside of what is taken back."""

    def refuse(_: User) -> None:
        raise OSError

    told = {"adding": (lambda _: None), "noting": (lambda _: None), refuses: refuse}
    code, request = create_login_code(home, now=NOW), request_from()
    with pytest.raises(OSError):  # noqa: PT011 - any that noting raises
        sign_in_with_code(request, code, home=home, name="ada", now=NOW, **told)
    assert not User.objects.exists()
    assert SESSION_KEY not in request.session


def test_a_code_for_somebody_disabled_says_what_to_do_to_who_has_it(home: Path) -> None:
    """Red where a session begins that is none, or a stranger is told who is disabled."""
    add_person("boss", PASSWORD, [Right(Role.ADMIN, EVERYTHING)])
    local_person("ada")
    switch_off("ada")
    code = create_login_code(home, now=NOW)
    with pytest.raises(LoginCodeRefused):
        sign_in_with_code(request_from(), "guess", home=home, name="ada", now=NOW, noting=print, adding=print)
    with pytest.raises(SwitchedOff) as refused:
        sign_in_with_code(request_from(), code, home=home, name="ada", now=NOW, noting=print, adding=print)
    assert refused.value.message == "The account ada is disabled, so no code lets it in"
    assert refused.value.advice == ("Run `planboard user enable ada`, then `planboard login` for a new code.")
    assert (refused.value.refusal, refused.value.code) == (Refusal.FORBIDDEN, "person_disabled")
    switch_on("ada")
    noted: list[User] = []
    code = create_login_code(home, now=NOW)
    sign_in_with_code(
        request_from(), code, home=home, name="ada", now=NOW, noting=noted.append, adding=noted.append
    )
    assert noted == [local_person("ada")]


def test_the_time_of_a_try_is_the_one_that_was_told(ana: User) -> None:
    """Red where another is taken: who waits a minute would wait for ever, or nobody would."""
    for _ in range(FAILURES):
        with pytest.raises(PasswordRefused):
            sign_in_with_password(request_from(), "ana", "wrong", now=NOW, noting=print)
    with pytest.raises(TooManyAttempts):
        sign_in_with_password(request_from(), "ana", PASSWORD, now=NOW + 59_999, noting=print)
    sign_in_with_password(request_from(), ana.username, PASSWORD, now=NOW + 60_000, noting=lambda _: None)


def test_a_session_gets_a_new_key_and_none_where_it_cannot_be_noted(ana: User) -> None:
    """Red where the session begins first, or with the key that somebody planted."""

    def refuse(_: User) -> None:
        raise OSError

    request = request_from()
    request.session.save()
    planted = request.session.session_key
    with pytest.raises(OSError):  # noqa: PT011 - any that noting raises
        sign_in(request, ana, noting=refuse)
    assert SESSION_KEY not in request.session
    sign_in(request, ana, noting=lambda _: None)
    assert request.session.session_key != planted


def test_whoever_is_switched_off_or_has_no_password_is_told_the_same(ana: User) -> None:
    add_person("boss", PASSWORD, [Right(Role.ADMIN, EVERYTHING)])
    switch_off("ana")
    local_person("ada")
    for name, password in (("ana", PASSWORD), ("ada", ""), ("ada", PASSWORD)):
        with pytest.raises(PasswordRefused):
            proven(request_from(), name, password, now=NOW)
    assert ana.username == "ana"


def test_a_name_that_is_guessed_from_many_addresses_has_to_wait_however_it_is_written(ana: User) -> None:
    for number in range(FAILURES):
        guess(("ana", "ANA", "Ana")[number % 3], f"192.0.2.{number + 1}")
    with pytest.raises(TooManyAttempts):
        proven(request_from("192.0.2.99"), "aNa", PASSWORD, now=NOW)
    guess("bo", "192.0.2.99")
    assert proven(request_from("192.0.2.99"), ana.username, PASSWORD, now=NOW + 60_000) == ana


def test_a_name_with_other_letters_than_ascii_is_one_however_it_is_written() -> None:
    """Red where what one call would mean has tries of its own."""
    for number in range(FAILURES):
        guess(("jürgen", "JÜRGEN", "Ju\u0308rgen")[number % 3], f"192.0.2.{number + 1}")
    with pytest.raises(TooManyAttempts):
        proven(request_from("192.0.2.99"), "Jürgen", PASSWORD, now=NOW)


def test_names_that_differ_behind_what_is_kept_of_them_are_one(ana: User) -> None:
    """Red where a tail of letters makes another name: guesses without end at one account."""
    long = "n" * NAME_LENGTH
    for number in range(FAILURES):
        guess(f"{long}{number}", f"192.0.2.{number + 1}")
    with pytest.raises(TooManyAttempts):
        proven(request_from("192.0.2.99"), long, "wrong", now=NOW)
    guess(long[:-1], "192.0.2.98")
    assert ana.username != long


def test_a_name_that_has_to_wait_costs_no_address_a_try(ana: User) -> None:
    """Red where it does: who only comes to a guessed name loses all others."""
    for number in range(FAILURES):
        guess("ana", f"198.51.100.{number + 1}")
    for _ in range(3 * FAILURES):
        with pytest.raises(TooManyAttempts):
            proven(request_from(), "ana", PASSWORD, now=NOW)
    for _ in range(FAILURES):
        guess("bo")
    assert ana.username == "ana"


def test_the_right_password_takes_back_its_own_try_for_address_and_name(ana: User) -> None:
    for _ in range(2 * FAILURES):
        assert proven(request_from(), "ana", PASSWORD, now=NOW) == ana
    for number in range(FAILURES - 1):
        guess("ana", now=NOW + number)
    assert proven(request_from(), "ana", PASSWORD, now=NOW + 50) == ana
    guess("ana", now=NOW + 60)
    with pytest.raises(TooManyAttempts):
        proven(request_from(), "bo", PASSWORD, now=NOW + 70)
    with pytest.raises(TooManyAttempts):
        proven(request_from("192.0.2.2"), "ana", PASSWORD, now=NOW + 70)


def test_only_so_many_letters_are_looked_at() -> None:
    """Red where all are hashed: a megabyte of password is work for whoever sends it for nothing."""
    name, password = "n" * NAME_LENGTH, "p" * PASSWORD_LENGTH
    user = User.objects.create_user(name, password=password)
    assert proven(request_from(), f"{name}x", f"{password}x", now=NOW) == user
    with pytest.raises(PasswordRefused):
        proven(request_from(), name, password[:-1], now=NOW)
    assert (NAME_LENGTH, PASSWORD_LENGTH) == (150, 1_000)


def test_addresses_are_counted_where_none_is_told_as_one() -> None:
    request = request_from()
    del request.META["REMOTE_ADDR"]
    for _ in range(FAILURES):
        with pytest.raises(PasswordRefused):
            proven(request, f"nobody-{_}", "wrong", now=NOW)
    with pytest.raises(TooManyAttempts):
        proven(request, "ana", "wrong", now=NOW)
    guess("ana")


def test_a_code_and_a_password_share_the_tries_of_an_address(home: Path) -> None:
    """Red where each way in has tries of its own: a guesser has twice as many."""
    for number in range(FAILURES):
        if number % 2:
            guess(f"nobody-{number}")
        else:
            with pytest.raises(LoginCodeRefused):
                sign_in_with_code(
                    request_from(), "AAAA-AAAA", home=home, name="ada", now=NOW, noting=print, adding=print
                )
    with pytest.raises(TooManyAttempts):
        sign_in_with_code(
            request_from(), "AAAA-AAAA", home=home, name="ada", now=NOW, noting=print, adding=print
        )
    assert not login.NAME_ATTEMPTS._failures.get("ada")


def test_a_right_code_takes_back_its_try_at_its_own_time(home: Path) -> None:
    for number in range(2 * FAILURES):
        code = create_login_code(home, now=NOW + number)
        sign_in_with_code(
            request_from(),
            code,
            home=home,
            name="ada",
            now=NOW + number,
            noting=lambda _: None,
            adding=lambda _: None,
        )
    assert not login.ATTEMPTS._failures


def test_the_local_person_is_an_admin_of_all_without_a_password_and_stays_who_they_are() -> None:
    ada = local_person("ada")
    assert not User.objects.get(username="ada").has_usable_password()
    assert User.objects.get(username="ada").password.startswith("!")
    assert rights_of(ada).held == (Right(Role.ADMIN, EVERYTHING),)
    ada.set_password(PASSWORD)
    ada.save()
    give_role(ada, Role.VIEWER)
    again = local_person("ada")
    assert (again.pk, again.check_password(PASSWORD)) == (ada.pk, True)
    assert rights_of(again).held == (Right(Role.VIEWER, EVERYTHING),)
