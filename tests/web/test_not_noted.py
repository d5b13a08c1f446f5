"""While the audit log cannot be written nobody comes in and nobody gets more; what takes away goes on."""

from pathlib import Path

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from plans.actions.desk import Desk
from plans.actions.working import block_step, claim_step
from plans.domain.rights import Right, Role
from plans.domain.step import RequestKind
from plans.people.shares import Share
from plans.people.tokens import AgentToken, issue, tokens
from plans.people.webhooks import Webhook
from plans.security import login
from plans.security.accounts import add_person, found, switch_off
from plans.security.audit import FILE
from plans.security.audit_reading import entries
from plans.security.login_attempts import LoginAttempts
from plans.security.login_codes import create_login_code
from plans.security.rates import Rates
from plans.security.roles import may
from plans.web import auditing
from plans.wiring import now_ms
from tests.web.cast import DEF, LEDGER, LedgerBoard

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]
PASSWORD = "correct horse staple"
NEW = f"another {PASSWORD}"
PEOPLE, TOKENS, LINKS = "/settings/people/", "/settings/tokens/", f"/plans/{LEDGER}/share/"
HOOK = {"pattern": "*", "url": "http://127.0.0.1:9000/told", "kinds": ["approval"]}


@pytest.fixture(autouse=True)
def quick_and_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashers.Argon2PasswordHasher, "time_cost", 1)
    monkeypatch.setattr(hashers.Argon2PasswordHasher, "memory_cost", 64)
    monkeypatch.setattr(login, "ATTEMPTS", LoginAttempts())
    monkeypatch.setattr(login, "NAME_ATTEMPTS", LoginAttempts())


@pytest.fixture
def home(desk: Desk, settings: Settings) -> Path:  # noqa: ARG001 - it moves the home
    return Path(settings.PLANBOARD.home_folder)


@pytest.fixture
def unwritable(ana: User, ada: Client, home: Path) -> Path:  # noqa: ARG001 - they come before it
    """Put a folder in the log's place, which refuses as a full disk does."""
    home.mkdir(exist_ok=True)
    (home / FILE).unlink(missing_ok=True)
    (home / FILE).mkdir()
    return home / FILE


@pytest.fixture
def ana() -> User:
    return add_person("ana", PASSWORD, [Right(Role.VIEWER, "payments.*")])


def coming_in(**sent: str) -> tuple[int, Client]:
    client = Client()
    return client.post("/login/", sent).status_code, client


def test_nobody_signs_in_until_it_can_be_noted(unwritable: Path, home: Path) -> None:
    """Red where the line is written after ``login``."""
    code = create_login_code(home, now=now_ms())
    for sent in ({"name": "ana", "password": PASSWORD}, {"code": code}):
        status, client = coming_in(**sent)
        assert status == 503
        assert client.get("/plans/").status_code == 302
    client = Client()
    page = client.post("/login/", {"name": "ana", "password": PASSWORD}).content.decode()
    assert "cannot be written" in page
    assert "Make room" in page
    unwritable.rmdir()
    assert coming_in(name="ana", password=PASSWORD)[0] == 303


@pytest.mark.usefixtures("unwritable", "ledger")
@pytest.mark.parametrize(
    ("path", "sent"),
    [
        (PEOPLE, {"name": "bo", "password": PASSWORD, "role": "admin", "plans": "*"}),
        (f"{PEOPLE}ana/role/", {"role": "admin", "plans": "*"}),
        (f"{PEOPLE}ana/password/", {"password": NEW}),
        (f"{PEOPLE}off/enable/", {}),
        (TOKENS, {"session": "a-*", "plans": "*", "may": "all"}),
        (LINKS, {"kind": "board"}),
        ("/webhooks/", HOOK),
    ],
)
def test_nobody_gets_more_until_it_can_be_noted(ada: Client, path: str, sent: dict[str, object]) -> None:
    """Red where the line is written after the change, or the change is kept without it."""
    add_person("off", PASSWORD, [])
    switch_off("off")
    answer = ada.post(path, sent)
    assert answer.status_code == 503
    assert "cannot be written" in answer.content.decode()
    assert not User.objects.filter(username="bo").exists()
    assert not may(found("ana"), Role.OPERATOR)
    assert found("ana").check_password(PASSWORD)
    assert not found("off").is_active
    assert not [*AgentToken.objects.all(), *Share.objects.all(), *Webhook.objects.all()]


def test_a_password_of_ones_own_stays_and_so_does_the_session(ana: User, home: Path) -> None:
    _, here = coming_in(name="ana", password=PASSWORD)
    (home / FILE).rename(home / "aside")
    (home / FILE).mkdir()
    sent = {"old_password": PASSWORD, "new_password": NEW, "password_again": NEW}
    refused = here.post("/settings/password/", sent)
    assert refused.status_code == 503
    assert "cannot be written" in refused.content.decode()
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)
    assert here.get("/plans/").status_code == 200


@pytest.mark.usefixtures("unwritable")
def test_rights_are_taken_away_all_the_same(ada: Client) -> None:
    kept, _ = issue(session="a", plans=["*"], verbs=["read"], now=1)
    assert ada.post(f"{PEOPLE}ana/disable/").status_code == 303
    assert ada.post(f"{TOKENS}{kept.pk}/revoke/").status_code == 303
    assert ada.post("/logout/").status_code == 303
    assert not found("ana").is_active
    assert not tokens()
    assert ada.get("/plans/").status_code == 302


@pytest.mark.usefixtures("unwritable")
def test_a_decision_stands_in_its_plans_journal(board: LedgerBoard) -> None:
    assert board.post("steps/1/approve/", revision=board.revision(1)).status_code == 303
    assert not board.step(1).asks
    assert board.desk.store.lines(LEDGER, after=0)[-1].sig


def test_every_decision_of_many_at_once_is_noted(board: LedgerBoard, home: Path) -> None:
    """Red without ``note_signed`` in the view of selected steps."""
    claim_step(board.desk, LEDGER, 2, by=DEF)
    block_step(board.desk, LEDGER, 2, by=DEF, kind=RequestKind.APPROVAL, text="Delete 41 rows?")
    steps = [f"{number}.{board.revision(number)}" for number in (1, 2)]
    board.htmx("bulk/", verb="approve", step=steps)
    noted = [entry for entry in entries(home) if entry["what"] == "decision"]
    assert [(entry["verdict"], entry["step"]) for entry in noted] == [("approve", 1), ("approve", 2)]


def test_whatever_verb_opens_what_waits_for_a_person_is_noted(board: LedgerBoard, home: Path) -> None:
    """Red where only the verbs that are called decisions are: completing by force passes a request, too."""
    board.post("steps/1/complete/", revision=board.revision(1))
    board.post("steps/2/complete/", revision=board.revision(2))
    assert [(entry["verdict"], entry["step"]) for entry in entries(home)] == [("complete", 1)]


@pytest.mark.usefixtures("ana")
def test_strangers_do_not_push_others_out_of_the_log(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red where every refused attempt is a line."""
    monkeypatch.setattr(auditing, "REFUSED", Rates(limit=5))
    for _ in range(20):
        coming_in(name="ana", password="a guess")
    coming_in(name="ana", password=PASSWORD)
    assert len([entry for entry in entries(home) if entry["what"] == "login_failed"]) == 5


def test_a_webhook_that_cannot_be_noted_stays_as_it_was_typed(ada: Client, home: Path) -> None:
    """Red where the whole page is the refusal: its address and reasons have to be typed again."""
    ada.post("/webhooks/", HOOK)
    made = Webhook.objects.get()
    (home / FILE).rename(home / "aside")
    (home / FILE).mkdir()
    typed = HOOK | {"pattern": "search.*", "url": "http://127.0.0.1:9000/typed"}
    answers = [ada.post(path, typed) for path in ("/webhooks/", f"/webhooks/{made.pk}/")]
    for answer in answers:
        page = answer.content.decode()
        assert answer.status_code == 503
        assert "cannot be written" in page
        assert 'value="http://127.0.0.1:9000/typed"' in page
        assert 'value="search.*"' in page
    assert b"<code>search.*" not in answers[-1].content
    assert [(hook.pattern, hook.url) for hook in Webhook.objects.all()] == [("*", HOOK["url"])]
