"""What an agent does that uses every tool there is, and two agents that want the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from plans.agents.mcp_server.tools import TOOLS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.agents.connected import Agent

LIST = "# Ledger\n- [ ] a\n- [ ] b\n- [ ] c\n- [ ] d\n"


async def use_every_tool(agent: Agent, name: str, approve: Callable[[int], Awaitable[None]]) -> None:
    """Make a plan of this name and go through it; ``approve`` gets the revision that asks.

    The server has to know a folder for files.
    """
    called = {"wait_for_decision"}

    async def call(tool: str, **sent: object) -> dict[str, Any]:
        called.add(tool)
        return await agent.call(tool, **sent)

    on = {"namespace": name, "number": 1}
    made = await call("write_plan", name=name, content=LIST)
    assert made["revision"] == 1
    assert (await call("next_step", namespace=name))["step"]["number"] == 1
    await call("heartbeat", **on, active_form="reading", progress={"done": 1, "total": 2})
    asked = (await call("block_step", **on, kind="approval", text="Go?"))["step"]
    late = await agent.refused("wait_for_decision", **on, seconds=0)
    assert late.error["code"] == "wait_timed_out"
    await approve(asked["revision"])
    answer = await call("wait_for_decision", **on, request=asked["request"]["id"])
    assert answer["decision"]["verdict"] == "approved"
    assert (await call("complete_step", **on))["step"]["status"] == "completed"
    await call("claim_step", namespace=name, number=2)
    await call("release_step", namespace=name, number=2, note="later")
    await call("claim_step", namespace=name, number=3)
    await call("fail_step", namespace=name, number=3, note="cannot be done")
    added = (await call("add_step", namespace=name, title="More"))["step"]
    edit = {"number": added["number"], "revision": added["revision"], "notes": "with care"}
    await call("update_step", namespace=name, **edit)
    steps = (await call("list_steps", namespace=name, details=True))["steps"]
    assert [step["status"] for step in steps] == ["completed", "pending", "failed", "pending", "pending"]

    own = f"{name}.own"
    await call("write_plan", name=own, content=LIST)
    await call("export_plan_to_file", name=own, path=f"{own}.md")
    await call("update_plan_from_file", name=own, path=f"{own}.md")
    await call("read_plan", name=own)
    await call("set_plan_status", name=own, status="done")
    assert (await call("get_plan_status", name=own))["status"] == "done"
    assert own in [plan["name"] for plan in (await call("list_plans"))["plans"]]
    assert await call("delete_plan", name=own) == {"deleted": own}
    assert called == {tool.name for tool in TOOLS}


async def contend(one: Agent, two: Agent, name: str) -> None:
    """Let two agents want the same steps and the same revisions; exactly one wins each."""
    await one.call("write_plan", name=name, content=LIST)
    for number in range(1, 5):
        await _one_wins(one, two, "claim_step", *[{"namespace": name, "number": number}] * 2)
    begun: int = (await one.call("get_plan_status", name=name))["revision"]
    for revision in range(begun, begun + 5):
        writes = [
            {"name": name, "status": f"{who} {revision}", "last_known_revision": revision}
            for who in ("one", "two")
        ]
        await _one_wins(one, two, "set_plan_status", *writes)
    assert (await two.call("get_plan_status", name=name))["revision"] == begun + 5


async def _one_wins(one: Agent, two: Agent, tool: str, *sent: dict[str, object]) -> None:
    results = await asyncio.gather(one.result(tool, sent[0]), two.result(tool, sent[1]))
    assert sorted(bool(result.is_error) for result in results) == [False, True]
