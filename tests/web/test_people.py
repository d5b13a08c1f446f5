"""The page where admins let people in: only theirs, and every change of it counts at once and is noted."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from plans.domain.rights import Right, Role
from plans.people.tokens import find, issue
from plans.security.accounts import add_person, found
from plans.security.audit_reading import entries
from plans.security.roles import give_role, may

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk", "quick_hashes")]
PASSWORD = "correct horse staple"
PEOPLE = "/settings/people/"


@pytest.fixture
def ana() -> User:
    return add_person("ana", PASSWORD, [Right(Role.OPERATOR, "payments.*")])


@pytest.fixture
def home(settings: Settings) -> Path:
    return Path(settings.PLANBOARD.home_folder)


def test_an_admin_lets_somebody_in_who_can_then_sign_in(ada: Client, home: Path) -> None:
    new = {"name": "bo", "password": PASSWORD, "role": "operator", "plans": "payments.*, web"}
    assert ada.post(PEOPLE, new).status_code == 303

    page = ada.get(PEOPLE).content.decode()
    assert "bo can sign in now" in page
    assert "decides in and changes payments.*, web" in page
    assert Client().post("/login/", {"name": "bo", "password": PASSWORD}).status_code == 303
    noted = [entry for entry in entries(home) if entry["what"] == "user_added"]
    assert [(entry["who"], entry["person"]) for entry in noted] == [("person:ada", "bo")]
    assert PASSWORD not in str(noted)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_nobody_else_sees_the_page_or_changes_anything(ana: User, role: Role) -> None:
    """Red with ``operator_required`` in place of ``admin_required``."""
    eve = User.objects.create_user("eve")
    give_role(eve, role)
    client = Client()
    client.force_login(eve)
    assert client.get(PEOPLE).status_code == 403
    assert PEOPLE not in client.get("/settings/").content.decode()
    new = {"name": "bo", "password": PASSWORD, "role": "admin", "plans": "*"}
    for path in ("", "ana/role/", "ana/password/", "ana/disable/", "eve/role/"):
        assert client.post(PEOPLE + path, new).status_code == 403
    assert set(User.objects.values_list("username", flat=True)) == {"ana", "eve"}
    assert found("ana").password == ana.password
    assert not may(found("eve"), Role.ADMIN)


@pytest.mark.usefixtures("ana")
def test_a_role_a_password_and_the_account_itself_are_changed(ada: Client, home: Path) -> None:
    theirs = Client()
    theirs.force_login(found("ana"))
    ada.post(f"{PEOPLE}ana/role/", {"role": "viewer", "plans": "search"})
    assert not may(found("ana"), Role.VIEWER, "payments.ledger")
    assert may(found("ana"), Role.VIEWER, "search")
    ada.post(f"{PEOPLE}ana/password/", {"password": f"another {PASSWORD}"})
    assert theirs.get("/plans/").status_code == 302
    ada.post(f"{PEOPLE}ana/disable/")
    assert Client().post("/login/", {"name": "ana", "password": f"another {PASSWORD}"}).status_code == 403
    ada.post(f"{PEOPLE}ana/enable/")
    assert Client().post("/login/", {"name": "ana", "password": f"another {PASSWORD}"}).status_code == 303
    assert [entry["what"] for entry in entries(home) if entry["who"] == "person:ada"] == [
        "role_changed",
        "password_changed",
        "user_disabled",
        "user_enabled",
    ]


@pytest.mark.usefixtures("ana")
@pytest.mark.parametrize(
    ("path", "sent", "said", "status"),
    [
        ("", {"name": "ANA", "password": PASSWORD, "role": "viewer"}, "is a user", 422),
        ("", {"name": "bo", "password": "password123", "role": "viewer"}, "too common", 422),
        ("", {"name": "bo", "password": PASSWORD, "role": "boss"}, "Choose a role", 422),
        ("", {"name": "bo", "password": PASSWORD, "role": "admin", "plans": "web"}, "whole board", 422),
        ("ana/role/", {"role": "viewer", "plans": "<b>"}, "names no plans", 422),
        ("ana/password/", {"password": "short"}, "too short", 422),
        ("ada/disable/", {}, "only admin", 422),
        ("nobody/disable/", {}, "There is no user", 404),
    ],
)
def test_what_cannot_be_is_refused_in_its_place(
    ada: Client, path: str, sent: dict[str, str], said: str, status: int
) -> None:
    answer = ada.post(PEOPLE + path, sent)
    assert (answer.status_code, said in answer.content.decode()) == (status, True)
    assert PASSWORD not in answer.content.decode()
    assert not User.objects.filter(username="bo").exists()


@pytest.mark.parametrize("path", ["bea/disable/", "bea/role/"])
@pytest.mark.parametrize("keeps", [False, True])
def test_what_an_admin_made_rests_with_them_unless_it_is_taken_over(
    ada: Client,
    home: Path,
    path: str,
    keeps: bool,  # noqa: FBT001 - a case of it
) -> None:
    bea = User.objects.create_user("bea")
    give_role(bea, Role.ADMIN)
    made, token = issue(session="agent-*", plans=["*"], verbs=["read"], now=1, by=bea)
    page = ada.get(PEOPLE).content.decode()
    assert f"</bdi> made token {made.pk}. All of it rests while its maker is no admin" in page

    sent = {"role": "viewer", "plans": "*"} | ({"keep": "1"} if keeps else {})
    assert ada.post(PEOPLE + path, sent).status_code == 303

    assert (find(token) is not None) is keeps
    after = ada.get(PEOPLE).content.decode()
    assert (f"Yours now: token {made.pk}" if keeps else f"What they made rests: token {made.pk}") in after
    (noted,) = [entry for entry in entries(home) if entry.get("person") == "bea"]
    assert (noted.get("taken_over"), noted.get("rests")) == (
        (f"token {made.pk}", None) if keeps else (None, f"token {made.pk}")
    )
