"""A person's own password: the old one is asked for, the new one twice, and all other sessions end."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from plans.domain.rights import Right, Role
from plans.security.accounts import add_person
from plans.security.audit_reading import entries
from plans.security.login_attempts import FAILURES
from plans.security.people_note import last_change
from plans.web.sockets import SIGNED_OUT, let_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk", "quick_hashes", "fresh_attempts")]
PAGE = "/settings/password/"
OLD, NEW = "correct horse staple", "wrong zebra paperclip"


@pytest.fixture
def ana() -> User:
    return add_person("ana", OLD, [Right(Role.VIEWER, "payments.*")])


@pytest.fixture
def home(settings: Settings) -> Path:
    return Path(settings.PLANBOARD.home_folder)


def signed_in(password: str) -> Client | None:
    client = Client()
    status = client.post("/login/", {"name": "ana", "password": password}).status_code
    return client if status == 303 else None


def client_of(password: str) -> Client:
    client = signed_in(password)
    assert client is not None
    return client


def change(client: Client, old: str = OLD, new: str = NEW, again: str = NEW) -> HttpResponse:
    answer = client.post(PAGE, {"old_password": old, "new_password": new, "password_again": again})
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.usefixtures("ana")
def test_the_new_password_lets_in_and_the_old_one_does_not(home: Path) -> None:
    here = client_of(OLD)
    assert PAGE in here.get("/settings/").content.decode()
    answer = change(here)
    assert (answer.status_code, answer["Location"]) == (303, "/settings/")
    assert "Your password is changed" in here.get("/settings/").content.decode()
    assert signed_in(OLD) is None
    assert signed_in(NEW)
    noted = [entry for entry in entries(home) if entry["what"] == "password_changed"]
    assert [(entry["who"], entry["person"]) for entry in noted] == [("person:ana", "ana")]
    assert last_change(home), "other processes look whether open pages may stay"


@pytest.mark.usefixtures("ana")
def test_every_other_session_ends_and_so_does_a_copy_of_this_ones_cookie() -> None:
    """Red without ``end_sessions`` and Django's own hash of it, or where this session keeps its key."""
    here, elsewhere = client_of(OLD), client_of(OLD)
    copied = Client()
    copied.cookies.load({name: kept.value for name, kept in here.cookies.items()})
    keys = [client.session.session_key for client in (here, elsewhere)]
    assert [let_in(key)[0] for key in keys] == [None, None]
    change(here)
    assert [let_in(key)[0] for key in keys] == [SIGNED_OUT, SIGNED_OUT]
    assert here.get("/plans/").status_code == 200
    assert elsewhere.get("/plans/").status_code == copied.get("/plans/").status_code == 302


@pytest.mark.usefixtures("ana")
def test_who_does_not_know_the_old_one_guesses_no_faster_than_at_the_door(home: Path) -> None:
    """Red where the old password is compared without ``proven``."""
    here = client_of(OLD)
    for _ in range(FAILURES):
        answer = change(here, old="a guess")
        assert answer.status_code == 403
        assert "This is not your password" in answer.content.decode()
    held = change(here)
    assert held.status_code == 429
    assert int(held["Retry-After"]) > 0
    assert {entry["why"] for entry in entries(home) if entry["what"] == "password_not_changed"} == {
        "old_password_refused",
        "too_many_attempts",
    }
    assert User.objects.get(username="ana").check_password(OLD)


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize(
    ("old", "new", "again", "said", "field"),
    [
        ("", NEW, NEW, "Type your current password", "old-password"),
        (OLD, "", "", "Type a new password", "new-password"),
        (OLD, NEW, f"{NEW}.", "not the same", "password-again"),
        (OLD, "short", "short", "too short", "new-password"),
        (OLD, "password123", "password123", "too common", "new-password"),
        ("a guess", NEW, NEW, "This is not your password", "old-password"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_comes_back(
    old: str, new: str, again: str, said: str, field: str
) -> None:
    here = client_of(OLD)
    page = change(here, old, new, again).content.decode()
    assert said in page.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert f'aria-describedby="{field}-error"' in page
    assert not [text for text in (OLD, NEW, "password123") if text in page]
    assert signed_in(OLD)


def test_who_has_none_is_told_so_and_gets_none_here(ada: Client) -> None:
    assert PAGE not in ada.get("/settings/").content.decode()
    assert "You come in without one" in ada.get(PAGE).content.decode()
    refused = change(ada, old="anything")
    assert refused.status_code == 422
    assert "no password here that could be changed" in refused.content.decode()


def test_a_stranger_is_sent_to_sign_in_and_sees_nothing_that_was_typed() -> None:
    stranger = Client()
    assert stranger.get(PAGE)["Location"].startswith("/login/")
    refused = change(stranger)
    assert refused.status_code == 401
    assert OLD not in refused.content.decode()
    assert NEW not in refused.content.decode()
