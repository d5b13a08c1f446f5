"""The MCP server of a running board, at /mcp: the official client with tokens, in both protocols."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.client.subscriptions import ResourceUpdated
from mcp.shared.exceptions import MCPError
from mcp_types import ResourceUpdatedNotification

from plans.agents.mcp_server.http import SESSIONS_EACH
from plans.security.rates import WAITS_EACH, WRITES_A_MINUTE
from tests.acceptance.board_process import Board
from tests.acceptance.person import Person
from tests.agents.connected import ERAS, Agent
from tests.agents.every_tool import contend, use_every_tool
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from mcp.client.session import MessageHandlerFnT

    from tests.acceptance.board_process import Json
    from tests.agents.connected import Era

type Doors = tuple[tuple[str, ...], tuple[str, Json] | None, tuple[str, str, dict[str, str], Json]]

PLAN = "payments.ledger"
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "x", "version": "1"},
    },
}
LIST = "# Ledger\n- Map every writer\n- Measure reads\n- Choose the key\n"


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    place = tmp_path_factory.mktemp("board")
    (place / "files").mkdir()
    with Board(place, settings={"PLANBOARD_FILE_ROOTS": str(place / "files")}) as running:
        # The first caller loads the server, which takes longer than some clients wait.
        with httpx2.Client(timeout=PATIENCE) as first:
            first.post(f"{running.url}/mcp", headers=headers(token(running), "agent-first"), json={})
        yield running


@pytest.fixture
def plan(board: Board, request: pytest.FixtureRequest) -> str:
    """Make a plan for one test alone."""
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)[-60:]
    namespace = f"payments.{name}"
    board.ask("plan", "create", namespace, "--from", "-", stdin=LIST)
    return namespace


def token(board: Board, *, session: str = "agent-*", plans: str = "payments.*", verbs: str = "") -> str:
    limits = ("--verbs", verbs) if verbs else ()
    made = board.ask("token", "create", "--session", session, "--plans", plans, *limits)
    return str(made["token"])


def headers(secret: str, session: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {secret}",
        "X-Planboard-Session": session,
        "Accept": "application/json, text/event-stream",
    }


@asynccontextmanager
async def connected(
    board: Board,
    session: str = "agent-one",
    *,
    era: Era = "auto",
    secret: str = "",
    hears: MessageHandlerFnT | None = None,
) -> AsyncIterator[Agent]:
    secret = secret or token(board)
    async with (
        httpx2.AsyncClient(headers=headers(secret, session), timeout=PATIENCE) as http,
        Client(
            streamable_http_client(f"{board.url}/mcp", http_client=http), mode=era, message_handler=hears
        ) as client,
    ):
        yield Agent(client)


@pytest.mark.parametrize("era", ERAS)
async def test_every_tool_works_over_http(board: Board, era: Era) -> None:
    name = f"payments.every-{era}"

    async def approve(revision: int) -> None:
        person = Person(board.url, board.new_link())
        assert person.post(f"/plans/{name}/steps/1/approve/", revision=revision).status == 303

    async with connected(board, f"agent-every-{era}", era=era) as agent:
        await use_every_tool(agent, name, approve)


async def test_two_clients_win_every_claim_and_every_revision_exactly_once(board: Board) -> None:
    async with connected(board, "agent-red") as one, connected(board, "agent-blue", era="legacy") as two:
        await contend(one, two, "payments.race")


async def test_an_agent_that_dies_and_asks_again_with_its_key_makes_one_request(
    board: Board, plan: str
) -> None:
    secret, ask = (
        token(board),
        {"namespace": plan, "number": 1, "kind": "input", "text": "Which?", "key": "k"},
    )
    async with connected(board, secret=secret) as agent:
        await agent.call("claim_step", namespace=plan, number=1)
        first = await agent.call("block_step", **ask)
    async with connected(board, secret=secret, era="legacy") as reborn:
        second = await reborn.call("block_step", **ask)

    assert second["step"]["request"]["id"] == first["step"]["request"]["id"]
    assert board.plan(plan)["revision"] == first["revision"]


@pytest.mark.filterwarnings("ignore:resources/subscribe is removed")
async def test_subscribers_of_both_protocols_are_told_of_a_change(board: Board, plan: str) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def hears(message: object) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            await heard.put(message.params.uri)

    uri = f"plan://{plan}"
    async with (
        connected(board) as new,
        connected(board, era="legacy", hears=hears) as old,
        new.client.listen(resource_subscriptions=[uri, "plan://not.ours"]) as events,
    ):
        await old.client.subscribe_resource(uri)
        assert events.honored.resource_subscriptions == [uri], "only what the token may read"
        await asyncio.to_thread(board.ask, "step", "add", plan, "--title", "More")
        assert await anext(events) == ResourceUpdated(uri=uri)
        assert await heard.get() == uri


async def test_every_door_refuses_with_the_same_code_sentence_and_advice(board: Board, plan: str) -> None:
    secret, gone = token(board), f"{plan}.gone"
    for number in (1, 2):
        board.ask("step", "claim", plan, str(number), session="agent-two")
    revision = str(board.plan(plan)["revision"])
    board.ask("step", "edit", plan, "2", "--title", "Read", "--revision", revision, session="agent-two")
    doors: list[Doors] = [
        # by the command line, over MCP, over HTTP: method, path, headers, body
        (
            ("step", "complete", plan, "1"),
            ("complete_step", {"namespace": plan, "number": 1}),
            ("POST", f"plans/{plan}/steps/1/complete", {}, {}),
        ),
        (
            ("step", "claim", plan, "9"),
            ("claim_step", {"namespace": plan, "number": 9}),
            ("POST", f"plans/{plan}/steps/9/claim", {}, {}),
        ),
        (
            ("step", "next", gone),
            ("next_step", {"namespace": gone}),
            ("POST", f"plans/{gone}/next", {}, {}),
        ),
        (
            ("step", "edit", plan, "2", "--title", "Mine"),
            ("update_step", {"namespace": plan, "number": 2, "title": "Mine"}),
            ("PATCH", f"plans/{plan}/steps/2", {}, {"title": "Mine"}),
        ),
        (
            ("step", "edit", plan, "2", "--title", "Mine", "--revision", "1"),
            ("update_step", {"namespace": plan, "number": 2, "title": "Mine", "revision": 1}),
            ("PATCH", f"plans/{plan}/steps/2", {"If-Match": '"1"'}, {"title": "Mine"}),
        ),
        (
            ("step", "add", plan, "--title", " "),
            ("add_step", {"namespace": plan, "title": " "}),
            ("POST", f"plans/{plan}/steps", {}, {"title": " "}),
        ),
        (
            ("plan", "create", plan),
            None,
            ("POST", "plans", {}, {"namespace": plan}),
        ),
    ]
    said: list[list[tuple[str, str, str]]] = []
    async with (
        connected(board, "agent-one", secret=secret) as agent,
        httpx2.AsyncClient(
            base_url=f"{board.url}/api/v1/", headers=headers(secret, "agent-one"), timeout=PATIENCE
        ) as http,
    ):
        for command, tool, (method, path, more, body) in doors:
            ran = board.run(*command, "--json", session="agent-one")
            answer = await http.request(method, path, headers=more, json=body)
            errors = [json.loads(ran.stderr.splitlines()[-1])["error"], answer.json()["error"]]
            if tool is not None:
                errors.append((await agent.refused(tool[0], **tool[1])).error)
            said.append([(error["code"], error["message"], error["advice"]) for error in errors])

    assert [len(set(errors)) for errors in said] == [1] * len(doors), said
    assert [errors[0][0] for errors in said] == [
        "not_yours",
        "step_not_found",
        "plan_not_found",
        "revision_required",
        "stale_revision",
        "wrong_input",
        "plan_exists",
    ]


async def test_a_token_does_what_it_was_made_for_and_nothing_else(board: Board, plan: str) -> None:
    narrow = token(board, plans=plan, verbs="claim")
    async with connected(board, secret=narrow) as agent:
        await agent.call("claim_step", namespace=plan, number=1)
        verb = await agent.refused("complete_step", namespace=plan, number=1)
        other = await agent.refused("read_plan", name="payments.other")
        listed = await agent.call("list_plans")
        resources = (await agent.client.list_resources()).resources

    assert (verb.error["code"], other.error["code"]) == ("beyond_token", "beyond_token")
    assert [found["name"] for found in listed["plans"]] == [plan]
    assert [found.uri for found in resources] == [f"plan://{plan}"]


async def test_a_wait_ends_with_its_token(board: Board, plan: str) -> None:
    made = board.ask("token", "create", "--session", "agent-*", "--plans", "payments.*")
    shown = asyncio.Event()

    async def shows(progress: float, total: float | None, message: str | None) -> None:  # noqa: ARG001
        shown.set()

    async with connected(board, secret=str(made["token"])) as agent:
        on = {"namespace": plan, "number": 1}
        await agent.call("claim_step", **on)
        await agent.call("block_step", **on, kind="input", text="Which?")
        waiting = asyncio.create_task(
            agent.client.call_tool("wait_for_decision", on | {"seconds": 600}, progress_callback=shows)
        )
        await shown.wait()
        await asyncio.to_thread(board.ask, "token", "revoke", str(made["number"]))
        answer = await waiting

    assert answer.is_error
    assert "This token does not work (any more)" in str(answer.content)


async def test_nobody_comes_in_without_a_token_of_this_session(board: Board) -> None:
    secret = token(board)
    async with httpx2.AsyncClient(base_url=board.url, timeout=PATIENCE) as http:
        answers = [
            await http.post("/mcp", json={}, headers=sent)
            for sent in (
                {},
                {"Authorization": "Bearer pbt_" + "x" * 43},
                {"Cookie": "sessionid=abc"},
                headers(secret, "somebody-else"),
                {"Authorization": f"Bearer {secret}"},
                headers(secret, "agent-one") | {"Origin": "https://evil.example"},
                headers(secret, "agent-one") | {"Host": "evil.example"},
            )
        ]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 403, 422, 403, 403]
    assert answers[0].headers["www-authenticate"] == "Bearer"
    assert answers[0].json()["error"]["data"]["error"]["code"] == "token_refused"
    assert answers[4].json()["error"]["data"]["error"]["code"] == "session_missing"


async def test_what_is_too_much_is_refused_with_its_status(board: Board, plan: str) -> None:
    secret = token(board)
    async with httpx2.AsyncClient(base_url=board.url, timeout=PATIENCE) as http:
        large = await http.post("/mcp", content=b"x" * 1_100_000, headers=headers(secret, "agent-large"))
        twice = await http.post("/mcp", content=b'{"id":1,"id":2}', headers=headers(secret, "agent-twice"))
    async with connected(board, "agent-busy", secret=secret) as agent:
        for _ in range(WRITES_A_MINUTE):
            await agent.call("claim_step", namespace=plan, number=1)
        with pytest.raises(MCPError, match="Too many changes by this session within a minute") as refused:
            await go_on_claiming(agent, plan)
        assert (await agent.call("list_steps", namespace=plan))["steps"], "reading goes on"

    assert (large.status_code, twice.status_code) == (413, 422)
    assert 0 < refused.value.error.data["error"]["retry_after"] <= 60


async def go_on_claiming(agent: Agent, plan: str) -> None:
    """Claim until it is refused: on a slow machine the first claims are a minute old by now."""
    for _ in range(10 * WRITES_A_MINUTE):
        await agent.client.call_tool("claim_step", {"namespace": plan, "number": 1})


async def test_a_session_of_one_token_is_none_of_another(board: Board) -> None:
    mine, other = token(board), token(board)
    async with httpx2.AsyncClient(base_url=board.url, timeout=PATIENCE) as http:
        begun = await http.post("/mcp", json=HELLO, headers=headers(mine, "agent-one"))
        ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
        session = {"Mcp-Session-Id": begun.headers["mcp-session-id"], "MCP-Protocol-Version": "2025-06-18"}
        ours = await http.post("/mcp", json=ping, headers=headers(mine, "agent-one") | session)
        theirs = await http.post("/mcp", json=ping, headers=headers(other, "agent-one") | session)
        as_two = await http.post("/mcp", json=ping, headers=headers(mine, "agent-two") | session)

    assert [found.status_code for found in (begun, ours, theirs, as_two)] == [200, 200, 404, 404]


async def test_a_caller_that_connects_again_and_again_ends_its_own_oldest_connection(board: Board) -> None:
    secret, ping = token(board), {"jsonrpc": "2.0", "id": 2, "method": "ping"}
    async with httpx2.AsyncClient(base_url=board.url, timeout=PATIENCE) as http:

        async def connect(session: str) -> dict[str, str]:
            begun = await http.post("/mcp", json=HELLO, headers=headers(secret, session))
            named = {"Mcp-Session-Id": begun.headers["mcp-session-id"]}
            return headers(secret, session) | named | {"MCP-Protocol-Version": "2025-06-18"}

        other = await connect("agent-quiet")
        opened = [await connect("agent-loop") for _ in range(SESSIONS_EACH + 1)]
        answers = [await http.post("/mcp", json=ping, headers=sent) for sent in (*opened, other)]

    assert [answer.status_code for answer in answers] == [404, *[200] * (SESSIONS_EACH + 1)]


async def test_a_board_that_stops_lets_those_who_wait_go(tmp_path: Path) -> None:
    with Board(tmp_path) as board:
        board.ask("plan", "create", PLAN, "--from", "-", stdin=LIST)
        async with connected(board, era="legacy") as agent:
            await agent.call("claim_step", namespace=PLAN, number=1)
            await agent.call("block_step", namespace=PLAN, number=1, kind="approval", text="Go?")
            shown = asyncio.Event()

            async def shows(progress: float, total: float | None, message: str | None) -> None:  # noqa: ARG001
                shown.set()

            on = {"namespace": PLAN, "number": 1, "seconds": 3600}
            waiting = asyncio.create_task(
                agent.client.call_tool("wait_for_decision", on, progress_callback=shows)
            )
            await shown.wait()
            code = await asyncio.to_thread(board.stop)
            answer = await waiting

    assert code == 0
    assert answer.is_error
    assert "connect again" in str(answer.content)


async def test_an_agent_that_dies_while_it_waits_is_not_waited_for(board: Board, plan: str) -> None:
    secret = token(board)
    async with connected(board, secret=secret) as agent:
        await agent.call("claim_step", namespace=plan, number=1)
        await agent.call("block_step", namespace=plan, number=1, kind="input", text="Which?")
    on = {"namespace": plan, "number": 1}
    ask = {"name": "wait_for_decision", "arguments": on | {"seconds": 3600}, "_meta": {"progressToken": 7}}
    async with httpx2.AsyncClient(base_url=board.url, timeout=PATIENCE) as http:
        begun = await http.post("/mcp", json=HELLO, headers=headers(secret, "agent-one"))
        session = headers(secret, "agent-one") | {"Mcp-Session-Id": begun.headers["mcp-session-id"]}
        for number in range(WAITS_EACH + 1):
            message = {"jsonrpc": "2.0", "id": 10 + number, "method": "tools/call", "params": ask}
            async with http.stream("POST", "/mcp", json=message, headers=session) as answer:
                async for line in answer.aiter_lines():
                    if "Waiting for a person" in line:
                        break
    async with connected(board, secret=secret) as again, asyncio.timeout(PATIENCE):
        code = ""
        while code != "wait_timed_out":  # the dead are too many until the board has heard that they are gone
            code = (await again.refused("wait_for_decision", **on, seconds=0)).error["code"]
