"""Events: pages of revisions, and a stream that goes on where the last one ended."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator

from plans.actions.assigning import comment_step
from plans.actions.planning import create_plan, delete_plan
from plans.agents.http_api import streaming
from plans.agents.http_api.following import following
from plans.people import tokens
from plans.security.rates import WAITS, WAITS_EACH, Waits
from plans_site.asgi import application
from tests.agents.http_api.caller import ADA, PLAN, Agent
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from plans.actions.desk import Desk

HOST = (b"host", b"127.0.0.1:8765")


@pytest.fixture
def asked(agent: Agent) -> None:
    """Ask for approval of step 1."""
    agent.post("/steps/1/claim")
    agent.post("/steps/1/block", {"kind": "approval", "text": "?"})


def revisions(value: object) -> list[int]:
    assert isinstance(value, list)
    return [event["rev"] for event in value]


def test_revisions_are_told_with_what_they_set(agent: Agent) -> None:
    agent.post("/steps/1/claim")

    told = agent.get("/events?after=1").json

    assert (told["revision"], told["next"], told["namespace"]) == (2, None, PLAN)
    found = told["events"]
    assert isinstance(found, list)
    (event,) = found
    assert (event["rev"], event["verb"], event["step"], event["by"]) == (2, "claim", 1, "session:agent-7")
    assert event["said"] == "agent-7 claimed step 1"
    assert event["set"]["1"]["status"] == "in_progress"
    assert not {"key", "body", "core", "sig"} & event.keys()


def test_many_come_in_pages(agent: Agent, desk: Desk) -> None:
    for number in range(5):
        comment_step(desk, PLAN, 1, text=f"Remark {number}", by=ADA)

    first = agent.get("/events?limit=2").json
    assert (revisions(first["events"]), first["next"]) == ([1, 2], 2)
    rest = agent.get("/events?limit=4&after=2").json
    assert (revisions(rest["events"]), rest["next"]) == ([3, 4, 5, 6], None)
    assert agent.get("/events?after=6").json["events"] == []
    assert agent.get("/events?after=99").json["events"] == []
    assert agent.get("/events?limit=0").code == (422, "wrong_input")


class Stream:
    """An open stream, as bytes come."""

    def __init__(self, visit: ApplicationCommunicator, headers: dict[str, str]) -> None:
        self._visit, self.headers, self._text = visit, headers, ""

    async def upto(self, what: str) -> str:
        """Read until this was said; gives everything so far."""
        async with asyncio.timeout(PATIENCE):
            while what not in self._text:
                part = await self._visit.receive_output(timeout=PATIENCE)
                self._text += part["body"].decode()
                assert part.get("more_body") or what in self._text, self._text
        return self._text

    async def to_end(self) -> str:
        async with asyncio.timeout(PATIENCE):
            while (part := await self._visit.receive_output(timeout=PATIENCE)).get("more_body"):
                self._text += part["body"].decode()
        return self._text

    @property
    def ids(self) -> list[int]:
        return [int(found) for found in re.findall(r"(?m)^id: (\d+)$", self._text)]


@asynccontextmanager
async def stream(agent: Agent, query: str = "", **headers: str) -> AsyncIterator[Stream]:
    path = f"/api/v1/plans/{PLAN}/events"
    visit = ApplicationCommunicator(
        application, scope_of(agent, path, query, accept="text/event-stream", **headers)
    )
    await visit.send_input({"type": "http.request", "body": b"", "more_body": False})
    start = await visit.receive_output(timeout=PATIENCE)
    assert start["status"] == 200, await visit.receive_output(timeout=PATIENCE)
    yield Stream(visit, {name.decode().lower(): value.decode() for name, value in start["headers"]})
    await visit.send_input({"type": "http.disconnect"})
    await visit.wait(timeout=PATIENCE)


def scope_of(agent: Agent, path: str, query: str, **headers: str) -> dict[str, object]:
    sent = {"authorization": f"Bearer {agent.token}", **headers}
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [
            HOST,
            *((name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()),
        ],
        "server": ("127.0.0.1", 8765),
        "client": ("127.0.0.1", 40_000),
    }


@pytest.mark.django_db(transaction=True)
async def test_a_stream_tells_what_was_and_what_comes(agent: Agent, desk: Desk) -> None:
    async with stream(agent) as events:
        assert events.headers["content-type"] == "text/event-stream"
        assert "no-store" in events.headers["cache-control"]
        await events.upto("id: 1\n")
        await sync_to_async(comment_step)(desk, PLAN, 1, text="Line one\nline two", by=ADA)
        said = await events.upto("id: 2\n")
        told = msgspec.json.decode(re.findall(r"(?m)^data: (.*)$", said)[1])

    assert events.ids == [1, 2]
    assert told["set"]["1"]["comments"][0]["text"] == "Line one\nline two"
    assert not WAITS._open


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("query", "last"), [("after=2", ""), ("", "2"), ("after=0", "2")])
async def test_a_stream_goes_on_where_the_last_one_ended(
    agent: Agent, desk: Desk, query: str, last: str
) -> None:
    for number in range(3):
        comment_step(desk, PLAN, 1, text=f"Remark {number}", by=ADA)

    async with stream(agent, query, **({"last_event_id": last} if last else {})) as events:
        await events.upto("id: 4\n")

    assert events.ids == [3, 4]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("replaced", [False, True])
async def test_a_stream_ends_with_its_plan(agent: Agent, desk: Desk, replaced: bool) -> None:  # noqa: FBT001
    async with stream(agent) as events:
        await events.upto("id: 1\n")
        await sync_to_async(delete_plan)(desk, PLAN, by=ADA, expected=1)
        if replaced:
            await sync_to_async(create_plan)(desk, PLAN, by=ADA)
        assert "event: gone" in await events.to_end()


@pytest.mark.django_db(transaction=True)
async def test_a_stream_of_another_plan_than_the_last_one_tells_all(agent: Agent) -> None:
    async with stream(agent, last_event_id="40") as events:
        said = await events.upto("id: 1\n")

    assert "event: reset" in said
    assert events.ids == [1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("asked")
async def test_who_leaves_is_not_waited_for(agent: Agent) -> None:
    path = f"/api/v1/plans/{PLAN}/steps/1/decision"
    visit = ApplicationCommunicator(application, scope_of(agent, path, "wait=20"))
    await visit.send_input({"type": "http.request", "body": b"", "more_body": False})
    async with asyncio.timeout(PATIENCE):
        while not WAITS._open:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)

    await visit.send_input({"type": "http.disconnect"})
    await visit.wait(timeout=PATIENCE)

    assert not WAITS._open
    assert not following()._waiting


@pytest.mark.django_db(transaction=True)
async def test_a_stream_ends_with_its_token(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "ALIVE_EVERY", 0.05)
    async with stream(agent) as events:
        await events.upto(": alive")
        await sync_to_async(tokens.revoke)(agent.number, now=2)
        await events.to_end()


@pytest.mark.django_db(transaction=True)
async def test_what_comes_after_the_end_of_its_token_is_not_told(
    agent: Agent, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streaming, "TRUSTED_FOR", 0.0)
    async with stream(agent) as events:
        await events.upto("id: 1")
        await sync_to_async(tokens.revoke)(agent.number, now=2)
        await asyncio.to_thread(comment_step, desk, PLAN, 1, text="A secret", by=ADA)
        assert "A secret" not in await events.to_end()


def test_a_stream_that_cannot_begin_is_refused(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"Accept": "text/event-stream"}

    assert agent.get("/events", Last_Event_ID="x", **wanted).code == (422, "wrong_input")
    assert agent.ask("GET", "/plans/payments.none/events", **wanted).code == (404, "plan_not_found")
    full = Waits()
    full._open[agent.number, agent.session] = WAITS_EACH
    monkeypatch.setattr(streaming, "WAITS", full)
    assert agent.get("/events", **wanted).code == (429, "too_many_waits")


@pytest.fixture
def written_by_a_peer(agent: Agent, desk: Desk) -> None:  # noqa: ARG001 - the plan
    """Leave nothing of the plan but what a peer writes."""
    folder = Path(desk.store.root, PLAN)
    core = (folder / "plan.json").read_bytes()
    delete_plan(desk, PLAN, by=ADA, expected=1)
    folder.mkdir()
    (folder / "plan.json").write_bytes(core)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("written_by_a_peer")
async def test_a_stream_of_a_plan_that_only_a_peer_wrote_goes_on_once_it_has_a_journal(
    agent: Agent, desk: Desk
) -> None:
    async with stream(agent) as events:
        await events.upto("retry:")
        await sync_to_async(desk.store.adopt)(PLAN)
        assert "event: gone" not in await events.upto("id: 1\n")
