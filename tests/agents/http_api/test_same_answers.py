"""What is asked for is answered alike at every door: by command, HTTP and MCP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from asgiref.sync import sync_to_async

from plans.actions.assigning import reassign_step
from plans.actions.deciding import approve_step
from plans.actions.shaping import add_step, edit_step, remove_step
from plans.actions.working import block_step, claim_step, complete_step
from plans.domain.actor import session
from plans.domain.step import RequestKind
from tests.agents.connected import inside
from tests.agents.http_api.caller import ADA, PLAN, Agent
from tests.command import say

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from plans.actions.wire import Json
    from tests.command import Said

ME = session("agent-7")

pytestmark = pytest.mark.django_db(transaction=True)


async def test_a_bare_heartbeat_from_an_older_reading_is_refused(agent: Agent, desk: Desk) -> None:
    """Red before: the revision was looked at only where there was something to write down."""
    claim_step(desk, PLAN, 1, by=ME)

    by_command = await sync_to_async(command)(desk, "step", "heartbeat", "1", "--revision", "1")
    by_http = await sync_to_async(agent.post)("/steps/1/heartbeat", {}, match=1)
    async with inside(desk, ME.name) as caller:
        by_tool = (await caller.refused("heartbeat", number=1, revision=1)).error
        now = (await caller.call("heartbeat", number=1, revision=2))["revision"]

    refusals = [json.loads(by_command.err)["error"], by_http.error, by_tool]
    assert (by_command.code, by_http.status, now) == (3, 409, 2)
    for refused in refusals:
        assert (refused["code"], refused["actual"], refused["by"]) == ("stale_revision", 2, str(ME))
        assert "status" in refused["changed"]


async def test_a_heartbeat_that_is_sent_again_is_answered_as_the_first_time(agent: Agent, desk: Desk) -> None:
    """Red before: once the step had moved on it was refused as a new one is."""
    claim_step(desk, PLAN, 1, by=ME)
    words = ("step", "heartbeat", "1", "--active-form", "reading", "--key", "k")
    news = {"active_form": "writing"}
    first = await sync_to_async(agent.post)("/steps/1/heartbeat", news, key="l")
    await sync_to_async(command)(desk, *words)
    async with inside(desk, ME.name) as caller:
        told = await caller.call("heartbeat", number=1, active_form="testing", key="m")
        complete_step(desk, PLAN, 1, by=ME)
        again = await caller.call("heartbeat", number=1, active_form="testing", key="m")

    assert (await sync_to_async(agent.post)("/steps/1/heartbeat", news, key="l")).body == first.body
    assert (await sync_to_async(command)(desk, *words)).code == 0
    assert again["step"] == told["step"]


async def test_a_repeated_next_gives_the_step_as_it_was_given(agent: Agent, desk: Desk) -> None:
    """Red before: by command and MCP it came back as it stood now, another session's."""
    words = ("step", "next", "--key", "k")
    first = json.loads((await sync_to_async(command)(desk, *words)).out)
    revision = desk.store.read(PLAN).plan.revision
    reassign_step(desk, PLAN, 1, by=ADA, expected=revision, owner="agent-8", confirmed=True)

    by_command = await sync_to_async(command)(desk, *words)
    by_http = await sync_to_async(agent.post)("/next", key="k")
    async with inside(desk, ME.name) as caller:
        by_tool = await caller.call("next_step", key="k")

    note = "This was done before under this key; shown is revision 2, and the plan is at 3 now"
    assert (by_http.json, json.loads(by_command.out)) == (first, first)
    assert by_command.err.decode() == f"planboard: note: {note}\n"
    assert {name: first["step"][name] for name in by_tool["step"]} == by_tool["step"]
    assert (by_tool["revision"], by_tool["note"]) == (2, note)


async def test_a_step_that_was_removed_since_is_in_the_first_answer_still(agent: Agent, desk: Desk) -> None:
    """Red before: by command and MCP there was none, over HTTP there was for "add" and none for "next"."""
    one = ("step", "next", "--key", "k")
    first = json.loads((await sync_to_async(command)(desk, *one)).out)
    remove_step(desk, PLAN, 1, by=ADA, expected=first["revision"])

    assert json.loads((await sync_to_async(command)(desk, *one)).out) == first
    assert (await sync_to_async(agent.post)("/next", key="k")).json == first
    async with inside(desk, ME.name) as caller:
        assert (await caller.call("next_step", key="k"))["step"]["number"] == 1


async def test_a_repeated_next_that_found_nothing_tells_of_then(agent: Agent, desk: Desk) -> None:
    for number in (1, 2):
        claim_step(desk, PLAN, number, by=ME)
    words = ("step", "next", "--key", "k")
    first = json.loads((await sync_to_async(command)(desk, *words)).out)
    for number in (1, 2):
        complete_step(desk, PLAN, number, by=ME)

    assert json.loads((await sync_to_async(command)(desk, *words)).out) == first
    assert (await sync_to_async(agent.post)("/next", key="k")).json == first
    async with inside(desk, ME.name) as caller:
        by_tool = await caller.call("next_step", key="k")
    assert (by_tool["step"], by_tool["revision"]) == (None, first["revision"])
    assert by_tool["note"].endswith("no step is ready now; 2 in progress, 0 wait for a person")


@pytest.mark.parametrize("broken", ["{{", None, '{"namespace": 1, '])
async def test_what_is_wrong_with_a_file_is_said_with_whatever_is_read_of_it(
    agent: Agent, desk: Desk, broken: str | None
) -> None:
    """Red before: only whole plans by command and HTTP, and list_steps, said so."""
    wrong = spoiled(desk, broken)

    for words in (("plan", "show"), ("plan", "status"), ("step", "list"), ("step", "show", "1")):
        assert wrong in (await sync_to_async(command)(desk, *words)).err.decode()
    for path in ("", "/steps", "/steps/1"):
        answer = (await sync_to_async(agent.get)(path)).json
        assert wrong in str({key: answer.get(key) for key in ("problem", "warnings")} | _of_plan(answer))
    async with inside(desk, ME.name) as caller:
        assert wrong in str((await caller.call("list_steps"))["note"])
        assert wrong in str((await caller.call("list_plans"))["warnings"])
        for tool in ("read_plan", "get_plan_status"):
            assert wrong in str((await caller.call(tool, name=PLAN))["warnings"])
        resource = await caller.client.read_resource(f"plan://{PLAN}")
        assert wrong in str(resource.contents[1])


async def test_whether_what_was_decided_on_stands_there_still_is_said(agent: Agent, desk: Desk) -> None:
    """Red before: only MCP told of a text that was changed since."""
    claim_step(desk, PLAN, 1, by=ME)
    asked = block_step(desk, PLAN, 1, kind=RequestKind.APPROVAL, text="As the step says?", by=ME)
    approve_step(desk, PLAN, 1, by=ADA, expected=asked.plan.revision)
    words = ("step", "wait", "1", "--wait", "0")

    before = await sync_to_async(command)(desk, *words)
    before_by_http = await sync_to_async(agent.get)("/steps/1/decision")
    edit_step(desk, PLAN, 1, by=ADA, expected=asked.plan.revision + 1, title="Delete every writer")
    by_command = await sync_to_async(command)(desk, *words)
    by_http = await sync_to_async(agent.get)("/steps/1/decision")
    async with inside(desk, ME.name) as caller:
        by_tool = await caller.call("wait_for_decision", number=1)

    assert (json.loads(before.out)["same_text"], before_by_http.json["same_text"]) == (True, True)
    assert before.err == b""
    assert (json.loads(by_command.out)["same_text"], by_http.json["same_text"]) == (False, False)
    assert by_command.code == 0
    assert b"note: the text of step 1 was changed since: read it again, and ask again" in by_command.err
    assert by_tool["proof"]["same_text"] is False
    assert "ask again before you act" in by_tool["meaning"]


async def test_a_step_is_given_up_with_a_reason_or_without(agent: Agent, desk: Desk) -> None:
    """Red before: MCP alone refused one without."""
    for number in (1, 2):
        claim_step(desk, PLAN, number, by=ME)
    add_step(desk, PLAN, title="Another", by=ME)
    claim_step(desk, PLAN, 4, by=ME)

    assert (await sync_to_async(command)(desk, "step", "fail", "1")).code == 0
    assert (await sync_to_async(agent.post)("/steps/2/fail", {})).status == 200
    async with inside(desk, ME.name) as caller:
        assert (await caller.call("fail_step", number=4))["step"]["status"] == "failed"


def test_a_plan_is_created_from_the_revision_that_is_sent(agent: Agent, desk: Desk) -> None:
    """Red before: HTTP took any."""
    body = {"namespace": "payments.new", "steps": ["One"]}

    assert command(desk, "plan", "create", "--namespace", "payments.other", "--revision", "7").code == 3
    refused = agent.ask("POST", "/plans", body, match=7)
    assert (refused.code, refused.json["actual"]) == ((409, "stale_revision"), 0)
    assert agent.ask("POST", "/plans", body, match='"7-00000000"').code == (409, "stale_revision")
    assert agent.ask("POST", "/plans", body, match=0).status == 201


def spoiled(desk: Desk, broken: str | None) -> str:
    """Begin the plan's file so, or take it away; gives what is wrong with it."""
    file = Path(desk.store.root, PLAN, "plan.json")
    if broken is None:
        file.unlink()
    else:
        file.write_text(broken + file.read_text()[1:])
    reading = desk.store.read(PLAN)
    return reading.problem.message if reading.problem else reading.warnings[0]


def _of_plan(answer: Json) -> Json:
    plan = answer.get("plan")
    return {key: plan.get(key) for key in ("problem", "warnings")} if isinstance(plan, dict) else {}


def command(desk: Desk, *words: str) -> Said:
    """Run a command of this agent on the plan."""
    here = {"PLANBOARD_ROOT": desk.store.root, "PLANBOARD_SOURCES": "none"}
    return say(
        *words, "--json", variables={**here, "PLANBOARD_SESSION": ME.name, "PLANBOARD_NAMESPACE": PLAN}
    )
