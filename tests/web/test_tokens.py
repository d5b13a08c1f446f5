"""The page of agents' tokens: only admins', a token is shown once, and revoking one asks first."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from plans.domain.rights import Role
from plans.people.tokens import AgentToken, find, issue, note_use, revoke, tokens
from plans.security.audit_reading import entries
from plans.security.roles import give_role
from plans.security.tokens import METRICS, VERBS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("desk")]
TOKENS = "/settings/tokens/"
TOKEN = re.compile(r"pbt_[\w-]{43}")
NEW = {"session": "laptop-*", "plans": "payments.*, web", "may": "all"}


@pytest.fixture
def home(settings: Settings) -> Path:
    return Path(settings.PLANBOARD.home_folder)


def make(session: str = "agent-*", verbs: tuple[str, ...] = VERBS) -> AgentToken:
    return issue(session=session, plans=["payments.*"], verbs=verbs, now=1_800_000_000_000)[0]


def test_a_token_is_made_and_shown_this_once(ada: Client, home: Path) -> None:
    page = ada.post(TOKENS, NEW).content.decode()
    (token,) = set(TOKEN.findall(page))
    kept = find(token)
    assert kept is not None
    assert (kept.session, kept.plans, kept.verbs.split()) == ("laptop-*", "payments.* web", list(VERBS))
    again = ada.get(TOKENS).content.decode()
    assert not TOKEN.search(again)
    assert "all verbs in payments.*, web" in again
    (noted,) = entries(home)
    assert (noted["who"], noted["what"], noted["token"]) == ("person:ada", "token_made", kept.pk)
    assert (noted["session"], noted["plans"]) == ("laptop-*", "payments.* web")
    assert token not in str(noted)


@pytest.mark.parametrize(
    ("may", "ticked", "kept", "said"),
    [
        ("read", [], ("read",), "reads in payments.*"),
        ("metrics", ["claim"], (METRICS,), "figures only"),
        ("chosen", ["fail", "claim"], ("read", "claim", "fail"), "read, claim, fail in payments.*"),
        ("all", ["claim"], VERBS, "all verbs in payments.*"),
    ],
)
def test_it_may_what_was_chosen(
    ada: Client, may: str, ticked: list[str], kept: tuple[str, ...], said: str
) -> None:
    page = ada.post(TOKENS, {"session": "a", "plans": "payments.*", "may": may, "verbs": ticked})
    assert [tuple(token.verbs.split()) for token in tokens()] == [kept]
    assert said in page.content.decode()


@pytest.mark.parametrize(
    ("wrong", "said", "field"),
    [
        ({"session": ""}, "Name a session", "session"),
        ({"session": "a\u202eb"}, "is no session", "session"),
        ({"plans": ""}, "Name plans", "plans"),
        ({"plans": "a/b"}, "names no plans", "plans"),
        ({"may": "decide"}, "Choose one", "may"),
        ({"may": "chosen"}, "Tick at least one", "verbs"),
        ({"may": "chosen", "verbs": "approve"}, "nothing an agent does", "verbs"),
    ],
)
def test_what_no_token_is_for_is_refused_at_its_field(
    ada: Client, wrong: dict[str, str], said: str, field: str
) -> None:
    answer = ada.post(TOKENS, NEW | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert not AgentToken.objects.exists()
    assert not TOKEN.search(page)


def test_the_list_says_who_used_it_last_and_what_was_revoked(ada: Client) -> None:
    robot, other = make("robot", ("read",)), make()
    note_use(robot, by="robot", now=1_800_000_500_000)
    revoke(other.pk, now=1_800_000_900_000)
    page = ada.get(TOKENS).content.decode()
    works, _, ended = page.partition("Revoked tokens: 1")
    assert 'datetime="2027-01-15T08:08:20+00:00"' in works.replace("Z", "+00:00").replace(".000", "")
    assert "<bdi>robot</bdi>" in works
    assert f"Token {other.pk}" in ended
    assert f"{TOKENS}{other.pk}/revoke/" not in page


def test_revoking_ends_it_and_is_noted(ada: Client, home: Path) -> None:
    kept = make()
    assert ada.get(f"{TOKENS}{kept.pk}/revoke/").status_code == 405
    assert ada.post(f"{TOKENS}{kept.pk}/revoke/").status_code == 303
    assert f"Token {kept.pk} is revoked" in ada.get(TOKENS).content.decode()
    assert not tokens()
    ada.post(f"{TOKENS}{kept.pk}/revoke/")
    assert f"There is no token {kept.pk} that works" in ada.get(TOKENS).content.decode()
    assert [(entry["what"], entry["token"]) for entry in entries(home)] == [("token_revoked", kept.pk)]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_nobody_else_sees_the_page_or_changes_anything(role: Role) -> None:
    """Red with ``operator_required`` in place of ``admin_required``."""
    kept = make()
    eve = User.objects.create_user("eve")
    give_role(eve, role)
    client = Client()
    client.force_login(eve)
    assert client.get(TOKENS).status_code == 403
    assert TOKENS not in client.get("/settings/").content.decode()
    assert client.post(TOKENS, NEW).status_code == 403
    assert client.post(f"{TOKENS}{kept.pk}/revoke/").status_code == 403
    assert tokens() == [kept]


def test_a_token_that_rests_says_with_whom_and_an_admin_takes_it_over(ada: Client, home: Path) -> None:
    bea = User.objects.create_user("bea")
    kept, token = issue(session="agent-*", plans=["*"], verbs=["read"], now=1_800_000_000_000, by=bea)
    page = ada.get(TOKENS).content.decode()
    assert "by <bdi>bea</bdi>, who is no admin any more" in page
    assert f"{TOKENS}{kept.pk}/take/" in page

    assert ada.get(f"{TOKENS}{kept.pk}/take/").status_code == 405
    assert ada.post(f"{TOKENS}{kept.pk}/take/").status_code == 303
    assert find(token) == kept
    after = ada.get(TOKENS).content.decode()
    assert f"Token {kept.pk} is yours now" in after
    assert "by <bdi>ada</bdi>" in after
    assert [(entry["what"], entry["token"]) for entry in entries(home)] == [("token_taken_over", kept.pk)]

    revoke(kept.pk, now=1_800_000_900_000)
    ada.post(f"{TOKENS}{kept.pk}/take/")
    assert f"There is no token {kept.pk} that works" in ada.get(TOKENS).content.decode()


def test_a_token_is_whose_who_made_it_and_the_terminals_is_nobodys(ada: Client) -> None:
    make()
    assert "at the terminal" in ada.get(TOKENS).content.decode()
    ada.post(TOKENS, NEW)
    assert [str(token.made_by) for token in tokens()] == ["None", "ada"]
