from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from plans.domain.rights import Right, Role
from plans.security.accounts import add_person
from plans.security.audit_reading import entries
from plans.security.login import ATTEMPTS
from plans.security.login_attempts import LoginAttempts
from plans.security.login_codes import create_login_code
from plans.wiring import now_ms
from tests.web.cast import LEDGER, LedgerBoard

PASSWORD = "correct horse staple"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]


@pytest.fixture
def home(settings: Settings) -> Path:
    return Path(settings.PLANBOARD.home_folder)


def test_a_code_from_the_terminal_opens_the_board(home: Path) -> None:
    client = Client()
    code = create_login_code(home, now=now_ms())

    answer = client.post("/login/", {"code": code, "next": "/plans/payments.ledger/"})

    assert (answer.status_code, answer["Location"]) == (303, "/plans/payments.ledger/")
    assert client.get("/plans/").status_code == 200


def test_a_code_works_once(home: Path) -> None:
    code = create_login_code(home, now=now_ms())
    Client().post("/login/", {"code": code})

    answer = Client().post("/login/", {"code": code})

    assert answer.status_code == 403
    assert b"planboard login" in answer.content


def test_a_wrong_code_keeps_where_the_person_wanted_to_go() -> None:
    answer = Client().post("/login/", {"code": "wrong", "next": "/plans/a/"})

    assert answer.status_code == 403
    assert b'value="/plans/a/"' in answer.content


def test_no_code_is_asked_for_again() -> None:
    assert Client().post("/login/", {"code": ""}).status_code == 422


def test_guessing_is_slowed_down() -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(10):
        assert client.post("/login/", {"code": "wrong"}).status_code == 403

    answer = client.post("/login/", {"code": "wrong"})

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize(
    "onward", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"]
)
def test_signing_in_never_leads_off_the_board(home: Path, onward: str) -> None:
    code = create_login_code(home, now=now_ms())

    answer = Client().post("/login/", {"code": code, "next": onward})

    assert answer.status_code == 303
    assert answer["Location"] in {"/", "/plans/"}


@pytest.mark.parametrize("path", ["/plans/", "/plans/payments.ledger/", "/plans/payments.ledger/steps/1/"])
def test_a_stranger_is_sent_to_sign_in_and_back(path: str) -> None:
    answer = Client().get(path)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=%2Fplans%2F")


def test_a_stranger_changes_nothing(board: LedgerBoard) -> None:
    before = board.plan()

    answer = Client().post("/plans/payments.ledger/steps/1/approve/", {"revision": board.revision(1)})

    assert answer.status_code == 401
    assert board.plan() == before


def test_signing_out_ends_the_session(board: LedgerBoard) -> None:
    assert board.client.post("/logout/").status_code == 303
    assert board.client.get("/plans/").status_code == 302


def test_a_link_cannot_sign_out(board: LedgerBoard) -> None:
    assert board.client.get("/logout/").status_code == 405


def test_a_form_without_its_csrf_token_is_refused(board: LedgerBoard) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = board.client.cookies

    answer = strict.post("/plans/payments.ledger/steps/1/approve/", {"revision": board.revision(1)})

    assert answer.status_code == 403
    assert b"Nothing was changed." in answer.content
    assert board.step(1).asks


def test_the_front_door_leads_to_the_plans() -> None:
    answer = Client().get("/")

    assert (answer.status_code, answer["Location"]) == (302, "/plans/")


@pytest.fixture(autouse=True)
def forget_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start every test without a record of wrong codes."""
    monkeypatch.setattr(ATTEMPTS, "_failures", LoginAttempts()._failures)


def test_the_login_page_has_a_field_for_the_code() -> None:
    answer = Client().get("/login/", {"next": "/plans/a/"})

    assert answer.status_code == 200
    assert b'name="code"' in answer.content
    assert b'value="/plans/a/"' in answer.content


def test_who_is_signed_in_already_goes_on(board: LedgerBoard) -> None:
    assert board.client.get("/login/", {"next": "/plans/a/"})["Location"] == "/plans/a/"


@pytest.fixture
def ana() -> User:
    return add_person("ana", PASSWORD, [Right(Role.OPERATOR, "payments.*")])


def events(home: Path) -> list[str]:
    return [f"{entry['who']} {entry['what']}" for entry in entries(home)]


def test_the_page_asks_for_a_name_where_somebody_has_a_password(ana: User) -> None:
    assert b'name="password"' in Client().get("/login/").content
    assert b'name="code"' in Client().get("/login/").content
    switch_off_all(ana)
    assert b'name="password"' not in Client().get("/login/").content


def switch_off_all(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.usefixtures("ana")
def test_a_name_and_a_password_open_the_board_and_all_of_it_is_noted(home: Path) -> None:
    client = Client()
    wrong = client.post("/login/", {"name": "ana", "password": "wrong", "next": "/plans/a/"})
    assert wrong.status_code == 403
    assert b'value="/plans/a/"' in wrong.content
    assert b"This name and password do not let you in" in wrong.content
    assert client.post("/login/", {"name": "hunter2hunter2", "password": "wrong"}).status_code == 403
    assert client.post("/login/", {"name": "", "password": ""}).status_code == 422

    answer = client.post("/login/", {"name": "ana", "password": PASSWORD, "next": "/plans/a/"})

    assert (answer.status_code, answer["Location"]) == (303, "/plans/a/")
    assert client.get("/plans/").status_code == 200
    client.post("/logout/")
    assert events(home) == [
        "person:ana login_failed",
        "stranger login_failed",
        "person:ana login",
        "person:ana logout",
    ]
    assert PASSWORD not in (home / "audit.jsonl").read_text()
    assert "hunter2" not in (home / "audit.jsonl").read_text(), "a password in the wrong field is not kept"


@pytest.mark.usefixtures("db")
def test_the_account_that_the_first_code_makes_is_noted_and_none_after_it(home: Path) -> None:
    for _ in range(2):
        Client().post("/login/", {"code": create_login_code(home, now=now_ms())})
    assert events(home) == ["person:local user_added", "person:local login", "person:local login"]
    added = next(entries(home))
    assert (added["person"], added["rights"], added["by"]) == ("local", "admin of all plans", "code")


@pytest.mark.usefixtures("db")
def test_a_code_for_the_disabled_person_of_this_machine_is_refused_in_words_and_noted(home: Path) -> None:
    """Red where a session begins that the next page does not know."""
    User.objects.create_user("local", is_active=False)
    answer = Client().post("/login/", {"code": create_login_code(home, now=now_ms())})
    assert answer.status_code == 403
    assert b"planboard user enable local" in answer.content
    assert [(entry["what"], entry["why"]) for entry in entries(home)] == [("login_failed", "person_disabled")]


def test_a_decision_and_taking_it_back_are_noted(board: LedgerBoard, home: Path) -> None:
    board.post("steps/1/approve/", revision=board.revision(1))
    board.post("steps/1/undo/", revision=board.revision(1))
    board.post("steps/2/comment/", note="No decision", revision=board.revision(2))
    decided = [entry for entry in entries(home) if entry["what"] == "decision"]
    assert [(entry["verdict"], entry["plan"], entry["step"]) for entry in decided] == [
        ("approve", LEDGER, 1),
        ("undo", LEDGER, 1),
    ]
    assert decided[1]["revision"] == board.plan().revision - 1
