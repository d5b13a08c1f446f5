"""Accounts at their bounds and word by word: names, roles, patterns, sessions, and what is told of them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from plans.domain.errors import WrongInput
from plans.domain.rights import Right, Rights, Role
from plans.people.rights import rights_of
from plans.security import accounts
from plans.security.accounts import Account, LastAdmin, NoSuchPerson

type Ask = Callable[[], object]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
PASSWORD = "correct horse staple"
ADMIN = [Right(Role.ADMIN, "*")]
VIEWER = [Right(Role.VIEWER, "search")]
SEEN = datetime(2026, 1, 1, 0, 0, 2, 500_000, tzinfo=UTC)
NAMING = "Use at most 64 letters, digits and . _ - @ +"


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def session_of(user: User, *, days: int = 1) -> str:
    store = SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store.save()
    assert store.session_key is not None
    expires = timezone.now() + timedelta(days=days)
    Session.objects.filter(session_key=store.session_key).update(expire_date=expires)
    return store.session_key


def sessions() -> set[str]:
    return set(Session.objects.values_list("session_key", flat=True))


@pytest.mark.parametrize(
    ("name", "message", "advice"),
    [
        ("a b", "'a b' cannot be the name of a user", NAMING),
        ("x" * 65, "The name is too long", NAMING),
        ("ANA", "There is a user 'ANA' already", "Choose another name."),
        ("ＡＮＡ", "There is a user 'ＡＮＡ' already", "Choose another name."),
    ],
)
def test_a_name_that_cannot_be_is_told_at_every_door(name: str, message: str, advice: str) -> None:
    accounts.add_person("ana", PASSWORD, VIEWER)
    doors: tuple[Ask, ...] = (
        lambda: accounts.add_person(name, PASSWORD, []),
        lambda: accounts.add_stranger(name, []),
    )
    for make in doors:
        with pytest.raises(WrongInput) as told:
            make()
        assert (told.value.message, told.value.advice) == (message, advice)
    assert User.objects.count() == 1


@pytest.mark.parametrize("second", ["JÜRGEN", "jürgen"])
@pytest.mark.parametrize(
    "add",
    [
        lambda name: accounts.add_person(name, PASSWORD, VIEWER),
        lambda name: accounts.add_stranger(name, VIEWER),
    ],
)
def test_names_that_differ_by_case_are_one_whatever_their_letters(
    add: Callable[[str], User], second: str
) -> None:
    """Red where the database compares: SQLite folds ASCII only, PostgreSQL all letters."""
    add("Jürgen")
    with pytest.raises(WrongInput, match="already"):
        add(second)
    assert add("Jurgen").username == "Jurgen"


def test_the_longest_name_is_one() -> None:
    assert accounts.add_person("x" * 64, PASSWORD, VIEWER).username == "x" * 64


def test_a_password_that_will_not_do_is_told_with_all_that_is_wrong_with_it() -> None:
    with pytest.raises(WrongInput) as told:
        accounts.add_person("ana", "12345", VIEWER)
    assert told.value.message == "This password will not do"
    assert "too common. This password is entirely numeric" in told.value.advice
    with pytest.raises(WrongInput, match="This password will not do") as like_the_name:
        accounts.add_person("anastasia", "anastasia-1", VIEWER)
    assert "too similar" in like_the_name.value.advice


def test_a_person_has_the_password_and_the_rights_that_were_given() -> None:
    ana = accounts.add_person("ana", PASSWORD, VIEWER)
    assert again(ana).check_password(PASSWORD)
    assert rights_of(again(ana)) == Rights(tuple(VIEWER))


def test_a_stranger_whom_a_proxy_let_in_has_rights_and_no_password() -> None:
    eve = accounts.add_stranger("eve", VIEWER)
    assert not again(eve).has_usable_password()
    assert rights_of(again(eve)) == Rights(tuple(VIEWER))
    assert not accounts.people_with_passwords()


def test_another_password_is_checked_saved_and_ends_ones_own_sessions_only() -> None:
    ana, eve = (accounts.add_person(name, PASSWORD, VIEWER) for name in ("ana", "eve"))
    old, long, theirs = session_of(ana), session_of(ana, days=9), session_of(eve)
    with pytest.raises(WrongInput, match="will not do"):
        accounts.change_password("ana", "anaana")
    assert sessions() == {old, long, theirs}
    changed = accounts.change_password("ana", f"another {PASSWORD}")
    assert changed == ana
    assert again(ana).check_password(f"another {PASSWORD}")
    assert sessions() == {theirs}


def test_a_password_like_ones_own_name_will_not_do_later_either() -> None:
    accounts.add_person("anastasia", PASSWORD, VIEWER)
    with pytest.raises(WrongInput, match="will not do"):
        accounts.change_password("anastasia", "anastasia-1")


def test_other_rights_stand_instead_of_or_besides_the_ones_before() -> None:
    accounts.add_person("root", PASSWORD, ADMIN)
    ana = accounts.add_person("ana", PASSWORD, [*VIEWER, Right(Role.OPERATOR, "pay")])
    more = [Right(Role.VIEWER, "pay"), Right(Role.VIEWER, "new")]
    assert accounts.change_rights("ana", more, also=True) == ana
    assert rights_of(ana).held == (*VIEWER, *more)
    accounts.change_rights("ana", more[1:], also=False)
    assert rights_of(ana).held == (more[1],)


def test_the_last_admin_is_named_and_stays_whatever_others_are() -> None:
    root = accounts.add_person("root", PASSWORD, ADMIN)
    other = accounts.add_person("other", PASSWORD, ADMIN)
    accounts.add_person("ana", PASSWORD, VIEWER)
    key = session_of(root)
    assert accounts.switch_off("other") == other
    changes: tuple[Ask, ...] = (
        lambda: accounts.switch_off("root"),
        lambda: accounts.change_rights("root", VIEWER, also=False),
    )
    for change in changes:
        with pytest.raises(LastAdmin) as told:
            change()
        assert told.value.message == "root is the only admin of this board"
        assert told.value.advice == "Make somebody else an admin first."
    assert again(root).is_active
    assert rights_of(root).held == tuple(ADMIN)
    assert sessions() == {key}


def test_who_is_switched_off_and_on_keeps_everything_but_the_sessions() -> None:
    accounts.add_person("root", PASSWORD, ADMIN)
    ana = accounts.add_person("ana", PASSWORD, VIEWER)
    session_of(ana)
    assert accounts.switch_off("ana") == ana
    assert (again(ana).is_active, sessions()) == (False, set())
    kept = session_of(ana)
    assert accounts.switch_on("ana") == ana
    assert (again(ana).is_active, sessions()) == (True, {kept})
    assert again(ana).check_password(PASSWORD)
    assert rights_of(ana).held == tuple(VIEWER)


def test_a_session_that_ran_out_is_left_to_the_sweeping() -> None:
    ana = accounts.add_person("ana", PASSWORD, VIEWER)
    gone = session_of(ana, days=-1)
    session_of(ana)
    accounts.end_sessions(ana)
    assert sessions() == {gone}


def test_a_name_is_found_by_its_very_letters() -> None:
    ana = accounts.add_person("ana", PASSWORD, VIEWER)
    assert accounts.found("ana") == ana
    assert accounts.is_known("ana") is True
    assert accounts.is_known("Ana") is False
    asks: tuple[Ask, ...] = (
        lambda: accounts.found("Ana"),
        lambda: accounts.switch_on("Ana"),
        lambda: accounts.switch_off("Ana"),
        lambda: accounts.change_password("Ana", PASSWORD),
        lambda: accounts.change_rights("Ana", VIEWER, also=True),
    )
    for ask in asks:
        with pytest.raises(NoSuchPerson) as told:
            ask()
        assert told.value.message == "There is no user 'Ana'"
        assert told.value.advice == "See `planboard user list`."


def test_whoever_has_a_password_counts_while_they_are_let_in() -> None:
    assert accounts.people_with_passwords() is False
    accounts.add_person("root", PASSWORD, ADMIN)
    accounts.add_person("other", PASSWORD, ADMIN)
    assert accounts.people_with_passwords() is True
    User.objects.filter(username="root").update(password="")
    accounts.switch_off("other")
    User.objects.create(username="empty", password="")
    assert accounts.people_with_passwords() is False


def test_everybody_is_listed_by_name_as_they_are() -> None:
    accounts.add_person("root", PASSWORD, ADMIN)
    ana = accounts.add_person("ana", PASSWORD, VIEWER)
    accounts.add_stranger("eve", [])
    User.objects.create(username="none", password="", is_active=False)
    User.objects.filter(pk=ana.pk).update(
        last_login=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=2.5)
    )

    def listed(name: str, *rights: Right, **facts: object) -> Account:
        known = {"is_active": True, "has_password": False, "last_login": None, **facts}
        return Account(name=name, rights=Rights(rights), **known)  # type: ignore[arg-type]

    assert accounts.accounts() == [
        listed("ana", *VIEWER, has_password=True, last_login=1_767_225_602_500),
        listed("eve"),
        listed("none", is_active=False),
        listed("root", *ADMIN, has_password=True),
    ]
