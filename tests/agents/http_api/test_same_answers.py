"""What is asked for is answered alike at every door: by command, HTTP and MCP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from asgiref.sync import sync_to_async

from plans.actions.working import claim_step
from plans.domain.actor import session
from tests.agents.connected import inside
from tests.agents.http_api.caller import PLAN, Agent
from tests.command import say

if TYPE_CHECKING:
    from plans.actions.desk import Desk
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


def command(desk: Desk, *words: str) -> Said:
    """Run a command of this agent on the plan."""
    where = ["--namespace", PLAN, "--as", ME.name, "--json"]
    return say(*words, *where, variables={"PLANBOARD_ROOT": desk.store.root, "PLANBOARD_SOURCES": "none"})
