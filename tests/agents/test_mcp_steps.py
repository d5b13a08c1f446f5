"""The step tools, called by the official client."""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from plans.actions.assigning import reassign_step
from plans.actions.deciding import approve_step, reject_step
from plans.actions.planning import abort_plan, archive_plan, unarchive_plan
from plans.actions.shaping import edit_step
from plans.agents.mcp_server import stdio
from plans.agents.mcp_server.files import FileRoots
from plans.agents.mcp_server.server import PlanServer
from plans.agents.mcp_server.tools import TOOLS
from plans.domain.actor import person
from tests.agents.connected import ERAS, inside, started
from tests.agents.every_tool import contend, use_every_tool
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from plans.actions.desk import Desk
    from tests.agents.connected import Era
    from tests.agents.shell import Shell

ADA = person("ada")
ASK = {"number": 1, "kind": "approval", "text": "Flag on for all staging writers?", "key": "ask-1"}


@pytest.mark.parametrize("era", ERAS)
async def test_every_tool_works_over_stdio(shell: Shell, desk: Desk, tmp_path: Path, era: Era) -> None:
    async def approve(revision: int) -> None:
        approve_step(desk, "every.tool", 1, by=ADA, expected=revision)

    async with started(shell, "--files", str(tmp_path), era=era) as agent:
        await use_every_tool(agent, "every.tool", approve)

    assert desk.store.read("every.tool").plan.step(1).owner == "session-abc"
    assert desk.sessions.get("session-abc") is not None


async def test_two_servers_win_every_claim_and_every_revision_exactly_once(shell: Shell) -> None:
    async with started(shell, name="one") as one, started(shell, name="two", era="legacy") as two:
        await contend(one, two, "a.race")


async def test_an_agent_without_a_name_gets_one_from_its_program(shell: Shell, desk: Desk, plan: str) -> None:
    async with started(shell, name="") as agent:
        owner = (await agent.call("claim_step", number=2))["step"]["owner"]

    known = desk.sessions.get(owner)
    assert owner.startswith("mcp-")
    assert desk.store.read(plan).plan.step(2).owner == owner
    assert known is not None
    assert (known.agent, known.pid) == ("mcp", os.getpid())


@pytest.mark.usefixtures("plan")
async def test_every_tool_takes_exactly_what_its_schema_says(desk: Desk) -> None:
    async with inside(desk) as agent:
        listed = (await agent.client.list_tools()).tools

        assert [tool.name for tool in listed] == [tool.name for tool in TOOLS]
        for tool in listed:
            assert tool.input_schema["type"] == "object"
            assert tool.input_schema["additionalProperties"] is False
            assert "$ref" not in json.dumps([tool.input_schema, tool.output_schema])
            assert tool.description
            assert all("description" in field for field in tool.input_schema["properties"].values()), (
                tool.name
            )
            refused = await agent.refused(tool.name, no_such_field=1)
            assert refused.error["code"] == "wrong_input"
            assert "no_such_field" in refused.text or "missing required" in refused.text


@pytest.mark.usefixtures("plan")
async def test_a_field_that_is_null_counts_as_left_out(desk: Desk) -> None:
    async with inside(desk) as agent:
        assert (await agent.call("claim_step", number=1, revision=None, key=None))["step"]["number"] == 1


async def test_an_unknown_tool_is_said_to_be_unknown(desk: Desk) -> None:
    async with inside(desk) as agent:
        with pytest.raises(MCPError, match="no tool 'approve_step'"):
            await agent.client.call_tool("approve_step", {"number": 1})


@pytest.mark.usefixtures("plan")
async def test_a_refusal_says_what_happened_what_to_do_and_with_which_tool(desk: Desk) -> None:
    async with inside(desk, "one") as one, inside(desk, "two") as two:
        await one.call("claim_step", number=1)
        taken = await two.refused("complete_step", number=1)
        early = await two.refused("claim_step", number=3)

    assert taken.error["code"] == "not_yours"
    assert taken.text.startswith("Step 1 is assigned to one. Stop working on this step")
    assert taken.error["tools"] == ["next_step"]
    assert (early.error["code"], early.error["waits_on"]) == ("not_ready", [1, 2])


@pytest.mark.usefixtures("plan")
@pytest.mark.parametrize("era", ERAS)
async def test_two_agents_never_get_the_same_step(desk: Desk, era: Era) -> None:
    async with inside(desk, "one", era=era) as one, inside(desk, "two", era=era) as two:
        answers = await asyncio.gather(*(agent.call("next_step") for agent in (one, two, one, two)))

    given = [answer["step"]["number"] for answer in answers if answer["step"] is not None]
    assert sorted(given) == [1, 2]


@pytest.mark.usefixtures("plan")
async def test_who_finds_nothing_to_do_is_told_why(desk: Desk) -> None:
    async with inside(desk) as agent:
        for _ in (1, 2):
            await agent.call("next_step")
        answer = await agent.call("next_step")
        assert answer["step"] is None
        assert answer["note"] == "no step is ready now; 2 in progress, 0 wait for a person"
        for number in (1, 2):
            await agent.call("complete_step", number=number)
        await agent.call("next_step")
        await agent.call("complete_step", number=3)
        assert (await agent.call("next_step"))["note"] == "no step is given out: the plan is done"


async def test_of_two_edits_from_one_revision_exactly_one_wins_and_the_other_sees_it(
    desk: Desk, plan: str
) -> None:
    async with inside(desk, "one") as one:
        revision = (await one.call("claim_step", number=1))["step"]["revision"]
        edit_step(desk, plan, 1, by=ADA, expected=revision, title="Map every writer and reader")
        stale = await one.refused("update_step", number=1, revision=revision, title="Map the writers")
        current = stale.error["current"]
        again = await one.call("update_step", number=1, revision=current["revision"], notes="see wiki")

    assert (stale.error["code"], stale.error["by"]) == ("stale_revision", "person:ada")
    assert current["title"] == "Map every writer and reader"
    assert again["step"]["title"] == "Map every writer and reader"


@pytest.mark.usefixtures("plan")
async def test_an_edit_without_a_revision_is_refused(desk: Desk) -> None:
    async with inside(desk) as agent:
        await agent.call("claim_step", number=1)
        refused = await agent.refused("update_step", number=1, title="Another")

    assert refused.error["code"] == "revision_required"


async def test_an_agent_that_asks_again_with_its_key_makes_one_request(
    shell: Shell, desk: Desk, plan: str
) -> None:
    async with started(shell) as agent:
        await agent.call("claim_step", number=1)
        first = await agent.call("block_step", **ASK)
    async with started(shell) as reborn:
        second = await reborn.call("block_step", **ASK)

    assert second["step"]["request"] == first["step"]["request"]
    assert [line.verb for line in desk.store.lines(plan)].count("block") == 1


@pytest.mark.parametrize(
    ("decide", "verdict", "meaning"),
    [(approve_step, "approved", "go on and do exactly"), (reject_step, "rejected", "do not do it")],
)
async def test_a_wait_ends_with_what_the_person_decided(
    desk: Desk, plan: str, decide: type, verdict: str, meaning: str
) -> None:
    shown = asyncio.Event()

    async def shows(progress: float, total: float | None, message: str | None) -> None:
        assert progress < (total or 0)
        assert message == "Waiting for a person to decide on step 1 of payments.ledger"
        shown.set()

    async with inside(desk) as agent:
        await agent.call("claim_step", number=1)
        request = (await agent.call("block_step", **ASK))["step"]["request"]["id"]
        waiting = asyncio.create_task(
            agent.client.call_tool("wait_for_decision", {"number": 1}, progress_callback=shows)
        )
        await shown.wait()
        decide(desk, plan, 1, by=ADA, expected=request, note="only half of them")
        answer = (await waiting).structured_content

    assert answer is not None
    decision = answer["decision"]
    assert (decision["verdict"], decision["note"]) == (verdict, "only half of them")
    assert (decision["by"], decision["request"]) == ("person:ada", request)
    assert meaning in answer["meaning"]


async def test_who_asked_before_it_began_is_told_to_claim_first(desk: Desk, plan: str) -> None:
    seen = desk.store.read(plan).plan.revision
    reassign_step(desk, plan, 1, owner="session-abc", by=ADA, expected=seen)
    async with inside(desk) as agent:
        request = (await agent.call("block_step", **ASK))["step"]["request"]["id"]
        approve_step(desk, plan, 1, by=ADA, expected=request)
        answer = await agent.call("wait_for_decision", number=1)
        assert "claim it before" in answer["meaning"]
        await agent.call("claim_step", number=1)
        assert "claim" not in (await agent.call("wait_for_decision", number=1))["meaning"]


async def test_a_wait_that_nobody_ends_says_to_call_again(desk: Desk, plan: str) -> None:
    async with inside(desk) as agent:
        await agent.call("claim_step", number=1)
        await agent.call("block_step", **ASK)
        late = await agent.refused("wait_for_decision", number=1, seconds=0.1)

    assert late.error["code"] == "wait_timed_out"
    assert late.error["tools"] == ["wait_for_decision"]
    assert desk.store.read(plan).plan.step(1).asks


async def test_a_wait_for_a_request_that_was_withdrawn_says_to_stop(desk: Desk, plan: str) -> None:
    async with inside(desk) as agent:
        await agent.call("claim_step", number=1)
        revision = (await agent.call("block_step", **ASK))["step"]["revision"]
        waiting = asyncio.create_task(agent.refused("wait_for_decision", number=1))
        reassign_step(desk, plan, 1, by=ADA, expected=revision, owner="somebody-else")
        withdrawn = await waiting

    assert withdrawn.error["code"] == "request_withdrawn"
    assert withdrawn.text.startswith("The request on step 1 was withdrawn. Stop working on this step")


@pytest.mark.usefixtures("plan")
async def test_what_agents_wrote_neither_hides_nor_obeys(desk: Desk) -> None:
    async with inside(desk) as agent:
        refused = await agent.refused("add_step", title="over \x1b[31mred")
        await agent.call("add_step", title="tag\U000e0041 and \u202eover red", notes="a\x07b")
        listed = await agent.call("list_steps", details=True)

    assert refused.error["code"] == "wrong_input"
    (step,) = [step for step in listed["steps"] if step["number"] == 4]
    assert step["title"] == "tag⟦U+E0041⟧ and ⟦U+202E⟧over red"
    assert step["notes"] == "ab"


@pytest.mark.parametrize("era", ERAS)
async def test_what_nobody_expected_is_logged_and_not_told(
    desk: Desk, plan: str, era: Era, caplog: pytest.LogCaptureFixture
) -> None:
    class Odd:
        def check(self, verb: str, namespace: str) -> None:
            raise KeyError(f"a secret of {namespace} while {verb}")

        def sees(self, namespace: str) -> bool:
            return bool(namespace)

    async with inside(desk, era=era, rights=Odd()) as agent:
        refused = await agent.refused("claim_step", namespace=plan, number=1)

    assert refused.error["code"] == "broken"
    assert "secret" not in refused.text
    assert "a secret of payments.ledger" in caplog.text


@pytest.mark.usefixtures("plan")
async def test_who_works_and_is_connected_shows_life_between_calls(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stdio, "BEAT_EVERY", 0.01)
    agent = stdio.ConnectedAgent(desk, session_id="session-abc", namespace=None, files=FileRoots())
    async with Client(PlanServer(agent.caller).build()) as client, asyncio.TaskGroup() as group:
        vouching = group.create_task(agent.vouch())
        await client.call_tool("list_plans", {})
        assert desk.sessions.get("session-abc") is None, "who only looks is not at work"
        await client.call_tool("claim_step", {"namespace": "payments.ledger", "number": 1})
        await asyncio.to_thread(_beats_again, desk)
        vouching.cancel()


def _beats_again(desk: Desk) -> None:
    first = desk.sessions.get("session-abc")
    assert first is not None
    until(lambda: desk.sessions.get("session-abc") != first)


async def test_ready_are_the_steps_that_the_caller_may_claim(desk: Desk, plan: str) -> None:
    def seen() -> int:
        return desk.store.read(plan).plan.revision

    async def ready(name: str) -> list[int]:
        async with inside(desk, name) as agent:
            return [step["number"] for step in (await agent.call("list_steps", ready=True))["steps"]]

    assert await ready("session-abc") == [1, 2]
    reassign_step(desk, plan, 2, by=ADA, expected=seen(), owner="session-def")
    assert (await ready("session-abc"), await ready("session-def")) == ([1], [1, 2])
    archive_plan(desk, plan, by=ADA, expected=seen())
    assert await ready("session-abc") == []
    unarchive_plan(desk, plan, by=ADA, expected=seen())
    abort_plan(desk, plan, by=ADA, expected=seen())
    assert await ready("session-def") == []
