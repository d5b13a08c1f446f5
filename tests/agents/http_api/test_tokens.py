"""Who comes in by the API: a token, for its sessions, plans and verbs, until it is revoked."""

from __future__ import annotations

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import Client

from plans.domain.rights import Role
from plans.people import tokens
from plans.security.login import local_person
from plans.security.roles import give_role
from plans_site.asgi import application
from tests.agents.http_api.caller import API, PLAN, Agent

READ = f"{API}/plans/{PLAN}"


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer pbt_wrong",
        "Basic YTpi",
        "pbt_wrong",
        f"Bearer {'x' * 10_000}",
        "Bearer é",
    ],
)
def test_nobody_comes_in_without_a_token_that_works(agent: Agent, sent: str) -> None:
    headers = {"Authorization": sent} if sent else {}
    for method, path in [("GET", READ), ("POST", f"{READ}/next"), ("GET", f"{READ}/events")]:
        refused = agent.send(method, path, headers=headers)
        assert refused.code == (401, "token_refused")
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert "planboard token create" in str(refused.error["advice"])


def test_a_revoked_token_lets_nobody_in(agent: Agent) -> None:
    assert agent.get().status == 200
    tokens.revoke(agent.number, now=2)
    assert agent.get().code == (401, "token_refused")


def test_a_token_that_rests_with_its_maker_is_refused_and_says_why(agent: Agent) -> None:
    """Red where nobody asks who made it; a refusal without a reason would leave agents' people searching."""
    eve = User.objects.create_user("eve")
    tokens.take(agent.number, by=eve)
    refused = agent.get()
    assert refused.code == (401, "token_rests")
    assert "eve, who made it, is no admin" in str(refused.error["message"])
    assert "take it over" in str(refused.error["advice"])
    give_role(eve, Role.ADMIN)
    assert agent.get().status == 200


def test_a_plan_beyond_the_token_is_refused_whether_there_is_one_or_not(agent: Agent) -> None:
    for path in ("ops", "ops/steps", "ops/steps/1/decision", "ops/events"):
        assert agent.ask("GET", f"/plans/{path}").code == (403, "beyond_token")
    assert agent.ask("POST", "/plans", {"namespace": "ops"}).code == (403, "beyond_token")


def test_a_verb_beyond_the_token_is_refused(agent: Agent) -> None:
    worker = Agent(verbs=("read", "claim"))

    assert worker.get().status == 200
    assert worker.post("/steps/1/claim").status == 200
    for path, body in [
        ("/steps/1/complete", None),
        ("/steps/1/block", {"kind": "input", "text": "?"}),
        ("/steps/1/fail", None),
        ("/steps/1/release", None),
        ("/steps/1/heartbeat", None),
        ("/steps/1/comment", {"text": "x"}),
        ("/next", None),
        ("/steps", {"title": "x"}),
    ]:
        assert worker.post(path, body).code == (403, "beyond_token")
    assert worker.patch("/steps/1", {"title": "x"}, 1).code == (403, "beyond_token")
    assert worker.patch("", {"status": "x"}, 1).code == (403, "beyond_token")
    assert worker.patch("", {"steps": []}, 1).code == (403, "beyond_token")
    assert worker.ask("DELETE", f"/plans/{PLAN}", match=1).code == (403, "beyond_token")
    assert agent.get("/steps/1").step["owner"] == "agent-7"


def test_a_session_is_named_within_the_tokens_pattern(agent: Agent) -> None:
    assert agent.post("/next", X_Planboard_Session="robot").code == (403, "beyond_token")
    assert agent.post("/next", X_Planboard_Session="").code == (422, "session_missing")
    assert (
        agent.post("/next", X_Planboard_Session="agent-é".encode().decode("latin-1")).step["owner"]
        == "agent-é"
    )


def test_a_token_of_one_session_needs_no_name(agent: Agent) -> None:  # noqa: ARG001 - the plan
    one = Agent(pattern="robot", session="")

    assert one.post("/next").step["owner"] == "robot"


def test_nothing_but_a_token_counts(agent: Agent) -> None:
    refused = agent.client.get(READ, headers={"Cookie": f"token={agent.token}"})
    assert refused.status_code == 401
    assert agent.client.get(f"{READ}?token={agent.token}").status_code == 401


@pytest.mark.django_db(transaction=True)
async def test_a_signed_in_browser_is_nobody_here_and_a_token_opens_no_page(agent: Agent) -> None:
    browser = Client()
    await sync_to_async(browser.force_login)(await sync_to_async(local_person)("ada"))
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]  # ASGI is ASGI
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765") as visitor:
        by_cookie = await visitor.get(READ, headers={"Cookie": cookies})
        by_token = await visitor.get("/plans/", headers={"Authorization": f"Bearer {agent.token}"})
        elsewhere = await visitor.get(
            READ, headers={"Authorization": f"Bearer {agent.token}", "Origin": "https://evil.example"}
        )

    assert (by_cookie.status_code, by_cookie.json()["error"]["code"]) == (401, "token_refused")
    assert (by_token.status_code, by_token.headers["Location"]) == (302, "/login/?next=%2Fplans%2F")
    assert (elsewhere.status_code, elsewhere.json()["error"]["code"]) == (403, "foreign_origin")


def test_the_last_use_is_shown(agent: Agent) -> None:
    agent.get(X_Planboard_Session="robot")  # not one of its sessions: nobody can leave a false trace
    assert [kept.used_by for kept in tokens.tokens()] == [""]
    agent.post("/next")
    (kept,) = tokens.tokens()
    assert kept.used_by == "agent-7"
    assert kept.used_at is not None


def test_nobody_decides_over_the_api(agent: Agent) -> None:
    agent.post("/steps/1/claim")
    agent.post("/steps/1/block", {"kind": "approval", "text": "May I?"})
    for verb in ("approve", "reject", "reply", "undo", "reassign", "cancel", "retry", "decide"):
        assert agent.post(f"/steps/1/{verb}", {"note": "yes"}).code == (404, "no_such_address")
    assert agent.post("/steps/1/complete").status == 422
    assert agent.patch("/steps/1", {"status": "completed"}, 3).code == (422, "wrong_input")
    whole = [
        {"number": 1, "title": "Map every writer", "status": "completed"},
        {"number": 2, "title": "Measure reads"},
    ]
    whole.append({"number": 3, "title": "Choose the key"})
    assert agent.patch("", {"steps": whole}, 3).status in {403, 422}
    assert agent.get("/steps/1").step["status"] == "blocked"
