"""Waiting for a person over HTTP: each end of a request ends the wait in its own way."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from asgiref.sync import sync_to_async

from plans.actions.assigning import reassign_step
from plans.actions.deciding import approve_step, reject_step, reply_step, undo_decision
from plans.actions.planning import delete_plan
from plans.agents.http_api import waiting
from plans.agents.http_api.following import following
from plans.security.rates import WAITS, WAITS_EACH, Waits
from plans_site.asgi import application
from tests.agents.http_api.caller import ADA, PLAN, Agent
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from plans.actions.desk import Desk

DECISION = "/steps/1/decision"


@pytest.fixture
def asked(agent: Agent) -> int:
    """Ask for approval of step 1; gives the id of the request."""
    agent.post("/steps/1/claim")
    request = agent.post("/steps/1/block", {"kind": "approval", "text": "Delete 41 rows?"}).step["request"]
    assert isinstance(request, dict)
    return int(request["id"])


def test_while_nobody_decided_the_answer_says_so(agent: Agent, asked: int) -> None:
    answer = agent.get(DECISION)

    assert (answer.status, answer.json["decision"], answer.json["request"]) == (200, None, asked)
    assert answer.json["waiting"]["code"] == "wait_timed_out"  # type: ignore[index]
    assert "still open" in answer.json["waiting"]["advice"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("decide", "verdict"), [(approve_step, "approved"), (reject_step, "rejected"), (reply_step, None)]
)
def test_a_decision_is_told(
    agent: Agent, desk: Desk, asked: int, decide: object, verdict: str | None
) -> None:
    if verdict is None:
        agent.post("/steps/1/release")
        agent.post("/steps/1/claim")
        agent.post("/steps/1/block", {"kind": "input", "text": "Which key?"})
        asked, verdict = 6, "replied"
    assert callable(decide)
    decide(desk, PLAN, 1, by=ADA, note="By hand.", expected=asked)

    told = agent.get(f"{DECISION}?wait=20").json["decision"]

    assert isinstance(told, dict)
    assert (told["verdict"], told["by"], told["note"], told["request"]) == (
        verdict,
        "person:ada",
        "By hand.",
        asked,
    )


def test_a_decision_is_told_after_the_step_went_on_until_it_is_taken_back(
    agent: Agent, desk: Desk, asked: int
) -> None:
    approve_step(desk, PLAN, 1, by=ADA, expected=asked)
    assert agent.get(f"{DECISION}?request={asked}").json["decision"]

    undo_decision(desk, PLAN, 1, by=ADA, expected=asked + 1)
    assert agent.get(f"{DECISION}?request={asked}").json["decision"] is None

    approve_step(desk, PLAN, 1, by=ADA, expected=asked + 2)
    agent.post("/steps/1/complete")
    assert agent.get(DECISION).json["decision"]


def test_a_withdrawn_request_is_gone(agent: Agent, desk: Desk, asked: int) -> None:
    reassign_step(desk, PLAN, 1, owner="agent-9", by=ADA, expected=asked, confirmed=True)

    gone = agent.get(f"{DECISION}?wait=20")

    assert gone.code == (410, "request_withdrawn")
    assert gone.error["advice"]


def test_a_step_that_never_asked_has_no_decision(agent: Agent) -> None:
    assert agent.get("/steps/2/decision?wait=20").code == (404, "nothing_asked")
    assert agent.get("/steps/99/decision").code == (404, "step_not_found")


def test_a_request_that_nobody_made_is_not_found(agent: Agent, asked: int) -> None:
    never = agent.get(f"{DECISION}?request={asked + 7}&wait=20")
    assert never.code == (404, "nothing_asked")
    assert never.error["message"] == f"Step 1 never made a request {asked + 7}"


def test_an_agent_that_dies_and_asks_again_with_its_key_makes_one_request(agent: Agent, desk: Desk) -> None:
    agent.post("/steps/1/claim")
    ask = {"kind": "approval", "text": "Delete 41 rows?"}
    first = agent.post("/steps/1/block", ask, key="delete-41")

    again = agent.post("/steps/1/block", ask, key="delete-41")

    assert again.step["request"] == first.step["request"]
    assert desk.store.read(PLAN).plan.revision == 3
    assert agent.post("/steps/1/block", {**ask, "text": "Delete all?"}, key="delete-41").code == (
        422,
        "key_reused",
    )


def test_too_many_waits_of_one_token_are_refused(
    agent: Agent, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Waits()
    full._open[agent.number, agent.session] = WAITS_EACH
    monkeypatch.setattr(waiting, "WAITS", full)

    refused = agent.get(f"{DECISION}?wait=1&request={asked}")

    assert refused.code == (429, "too_many_waits")
    assert int(refused.headers["Retry-After"]) > 0


@pytest.fixture
def long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a request wait as long as this test does: what ends it is not the clock."""
    monkeypatch.setattr(waiting, "LONGEST", PATIENCE)


@asynccontextmanager
async def visiting(agent: Agent) -> AsyncIterator[httpx.AsyncClient]:
    """Visit the whole application, gate and all, on this loop."""
    transport = httpx.ASGITransport(app=application)  # type: ignore[arg-type]  # ASGI is ASGI
    headers = {"Authorization": f"Bearer {agent.token}", "X-Planboard-Session": agent.session}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8765/api/v1", headers=headers, timeout=PATIENCE
    ) as client:
        yield client


async def is_waited_for(count: int) -> None:
    """Wait until so many wait for the plan."""
    async with asyncio.timeout(PATIENCE):
        while len(following()._waiting.get(PLAN, ())) < count:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("long_waits")
async def test_waiting_ends_when_a_person_decides_and_holds_no_thread(
    agent: Agent, desk: Desk, asked: int
) -> None:
    many = WAITS_EACH - 1
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(4))  # on a large machine, too
    before = threading.active_count()
    async with visiting(agent) as client:
        waits = [
            asyncio.create_task(client.get(f"/plans/{PLAN}{DECISION}", params={"wait": PATIENCE}))
            for _ in range(many)
        ]
        await is_waited_for(many)
        async with asyncio.timeout(PATIENCE):
            # The loop's own pool serves them all, and does not grow with them.
            while threading.active_count() > before + many // 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        known = desk.sessions.get(agent.session)
        assert known is not None

        await sync_to_async(approve_step)(desk, PLAN, 1, by=ADA, expected=asked)

        answers = await asyncio.gather(*waits)
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["decision"]["verdict"] for answer in answers} == {"approved"}
    assert not following()._waiting
    assert not WAITS._open


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("long_waits")
@pytest.mark.parametrize("withdrawn", ["released", "deleted"])
async def test_waiting_ends_when_the_request_is_withdrawn(
    agent: Agent, desk: Desk, asked: int, withdrawn: str
) -> None:
    async with visiting(agent) as client:
        wait = asyncio.create_task(client.get(f"/plans/{PLAN}{DECISION}", params={"wait": PATIENCE}))
        await is_waited_for(1)
        if withdrawn == "deleted":
            await sync_to_async(delete_plan)(desk, PLAN, by=ADA, expected=asked)
        else:
            await client.post(f"/plans/{PLAN}/steps/1/release")
        answer = await wait

    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "request_withdrawn")


@pytest.mark.django_db(transaction=True)
async def test_waiting_ends_by_itself_and_the_heart_has_beaten(agent: Agent, desk: Desk, asked: int) -> None:
    await sync_to_async(desk.sessions.forget)([agent.session], before=2**60)
    async with visiting(agent) as client:
        answer = await client.get(f"/plans/{PLAN}{DECISION}", params={"wait": 0.3, "request": asked})

    assert (answer.status_code, answer.json()["decision"]) == (200, None)
    assert desk.sessions.get(agent.session) is not None
