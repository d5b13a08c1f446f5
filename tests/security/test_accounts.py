"""People with passwords: what a name, a password and a role may be, and what ends with an account."""

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client, RequestFactory

from plans.domain.errors import WrongInput
from plans.domain.rights import Right, Role
from plans.security import accounts
from plans.security.login import PasswordRefused, local_person, sign_in_with_password
from plans.security.login_attempts import FAILURES, TooManyAttempts
from plans.security.roles import may

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes", "fresh_attempts")]
NOW = 1_800_000_000_000
PASSWORD = "correct horse staple"
OPERATOR = [Right(Role.OPERATOR, "payments.*")]


@pytest.fixture
def ana() -> User:
    accounts.add_person("root", PASSWORD, [Right(Role.ADMIN, "*")])
    return accounts.add_person("ana", PASSWORD, OPERATOR)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Count what is hashed, which is nearly all of the time that an answer takes."""
    done: list[str] = []
    real = hashers.Argon2PasswordHasher.encode, hashers.Argon2PasswordHasher.verify

    def encode(self: hashers.Argon2PasswordHasher, password: str, salt: str) -> str:
        done.append(password)
        return real[0](self, password, salt)

    def verify(self: hashers.Argon2PasswordHasher, password: str, encoded: str) -> bool:
        done.append(password)
        return real[1](self, password, encoded)

    monkeypatch.setattr(hashers.Argon2PasswordHasher, "encode", encode)
    monkeypatch.setattr(hashers.Argon2PasswordHasher, "verify", verify)
    return done


def unnoted(_: User) -> None:
    """Ask for no line in the audit log: it is another test's."""


def door(address: str = "192.0.2.1") -> HttpRequest:
    request = RequestFactory().post("/login/", REMOTE_ADDR=address)
    request.session = SessionStore()
    request.session["planted"] = "yes"
    request.session.save()
    request.user = AnonymousUser()
    return request


def test_the_password_lets_in_with_a_new_session_key(ana: User) -> None:
    """Red where ``login`` is replaced by setting the session's user by hand."""
    request = door()
    before = request.session.session_key
    sign_in_with_password(request, "ana", PASSWORD, now=NOW, noting=unnoted)
    assert request.user == ana
    assert request.session.session_key != before


def test_passwords_are_kept_as_argon2(ana: User) -> None:
    """Red with another hasher first in PASSWORD_HASHERS."""
    assert ana.password.startswith("argon2$argon2id$")


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize("name", ["ana", "nobody", "off", "local"])
def test_every_refusal_says_the_same_and_hashes_once(hashed: list[str], name: str) -> None:
    """Red where a name that is not there is refused before hashing: ``if not is_known(name): raise``."""
    accounts.add_person("off", PASSWORD, OPERATOR)
    accounts.switch_off("off")
    local_person("local")
    hashed.clear()
    with pytest.raises(PasswordRefused) as refused:
        sign_in_with_password(door(), name, "wrong" if name == "ana" else PASSWORD, now=NOW, noting=unnoted)
    assert len(hashed) == 1
    assert refused.value.message == "This name and password do not let you in"


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize("addresses", [1, FAILURES])
def test_guessing_waits_by_address_and_by_name(addresses: int) -> None:
    """Red without ``NAME_ATTEMPTS.count``: guesses from many addresses would go on."""
    for attempt in range(FAILURES):
        with pytest.raises(PasswordRefused):
            sign_in_with_password(
                door(f"192.0.2.{attempt % addresses}"), "ana", "wrong", now=NOW, noting=unnoted
            )
    other = "198.51.100.9" if addresses > 1 else "192.0.2.0"
    with pytest.raises(TooManyAttempts):
        sign_in_with_password(
            door(other), "ANA" if addresses > 1 else "other", PASSWORD, now=NOW, noting=unnoted
        )
    sign_in_with_password(door("198.51.100.10"), "ana", PASSWORD, now=NOW + 61_000, noting=unnoted)


@pytest.mark.usefixtures("ana")
def test_a_password_of_ones_own_clears_no_guesses_at_others() -> None:
    """Red where a success forgets what the address tried before."""
    for attempt in range(FAILURES):
        with pytest.raises(PasswordRefused):
            sign_in_with_password(door(), f"other-{attempt}", "wrong", now=NOW, noting=unnoted)
        if attempt < FAILURES - 1:
            sign_in_with_password(door(), "ana", PASSWORD, now=NOW, noting=unnoted)
    with pytest.raises(TooManyAttempts):
        sign_in_with_password(door(), "ana", PASSWORD, now=NOW, noting=unnoted)


@pytest.mark.usefixtures("ana")
def test_whom_many_guess_at_does_not_lock_out_the_address_of_others() -> None:
    """Red where a try that was refused by its name counts for its address: nothing was tried."""
    for attempt in range(FAILURES):
        with pytest.raises(PasswordRefused):
            sign_in_with_password(door(f"192.0.2.{attempt}"), "root", "wrong", now=NOW, noting=unnoted)
    for _ in range(FAILURES):
        with pytest.raises(TooManyAttempts):
            sign_in_with_password(door("198.51.100.9"), "root", PASSWORD, now=NOW, noting=unnoted)
    sign_in_with_password(door("198.51.100.9"), "ana", PASSWORD, now=NOW, noting=unnoted)


@pytest.mark.parametrize("password", ["short", "123456789012", "password123", "anaanaanaana"])
def test_passwords_that_others_guess_are_refused(password: str) -> None:
    """Red with AUTH_PASSWORD_VALIDATORS emptied."""
    with pytest.raises(WrongInput, match="This password will not do"):
        accounts.add_person("anaanaana", password, OPERATOR)
    assert not User.objects.exists()


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize("name", ["", "a b", "ana\n", "ana\u202e", "x" * 65, "ANA"])
def test_names_that_would_deceive_are_refused(name: str) -> None:
    with pytest.raises(WrongInput):
        accounts.add_person(name, PASSWORD, OPERATOR)


def test_who_is_switched_off_is_out_at_once_and_comes_back_only_by_the_password(ana: User) -> None:
    """Red where ``switch_off`` leaves the sessions: the old cookie would work again after ``switch_on``."""
    client = Client()
    client.force_login(ana)
    assert client.get("/plans/").status_code == 200
    accounts.switch_off("ana")
    assert client.get("/plans/").status_code == 302
    accounts.switch_on("ana")
    assert client.get("/plans/").status_code == 302
    sign_in_with_password(door(), "ana", PASSWORD, now=NOW, noting=unnoted)


def test_another_password_ends_the_sessions(ana: User) -> None:
    client = Client()
    client.force_login(ana)
    accounts.change_password("ana", f"another {PASSWORD}")
    assert client.get("/plans/").status_code == 302


def test_another_role_counts_from_the_next_request(ana: User) -> None:
    accounts.change_rights("ana", [Right(Role.VIEWER, "search")], also=True)
    assert may(User.objects.get(pk=ana.pk), Role.OPERATOR, "payments.ledger")
    accounts.change_rights("ana", [Right(Role.VIEWER, "payments.*")], also=True)
    assert not may(User.objects.get(pk=ana.pk), Role.OPERATOR, "payments.ledger")
    accounts.change_rights("ana", [Right(Role.VIEWER, "search")], also=False)
    assert not may(User.objects.get(pk=ana.pk), Role.VIEWER, "payments.ledger")


@pytest.mark.usefixtures("ana")
def test_there_is_always_an_admin() -> None:
    """Red without ``_refuse_without_admin``."""
    with pytest.raises(accounts.LastAdmin):
        accounts.switch_off("root")
    with pytest.raises(accounts.LastAdmin):
        accounts.change_rights("root", OPERATOR, also=False)
    assert may(accounts.found("root"), Role.ADMIN)
    accounts.change_rights("ana", accounts.rights_for("admin", ["*"]), also=True)
    accounts.switch_off("root")


@pytest.mark.parametrize(
    ("role", "plans"), [("boss", ["*"]), ("viewer", []), ("viewer", ["a b"]), ("admin", ["payments.*"])]
)
def test_a_role_that_means_nothing_is_refused(role: str, plans: list[str]) -> None:
    with pytest.raises(WrongInput):
        accounts.rights_for(role, plans)


@pytest.mark.usefixtures("ana")
def test_everybody_is_listed_with_what_they_may_do() -> None:
    local_person("local")
    listed = {account.name: account for account in accounts.accounts()}
    assert list(listed) == ["ana", "local", "root"]
    assert [str(right) for right in listed["ana"].rights.held] == ["operator of payments.*"]
    assert not listed["local"].has_password
    assert accounts.people_with_passwords()
    with pytest.raises(accounts.NoSuchPerson):
        accounts.found("nobody")
