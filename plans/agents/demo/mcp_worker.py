"""A demo agent that speaks MCP: it starts `planboard mcp` as every agent program does, and calls its tools.

Like worker.py it takes ready steps, works visibly, asks what it has to ask and waits for the person.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
from typing import TYPE_CHECKING

from mcp import Client, StdioServerParameters
from mcp_types import Implementation

from plans.agents.demo.scenes import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.agents.demo.scenes import Question

type Json = dict[str, object]

APPROVAL_WAIT = 3_600
CHORES = ("reading the code around it", "writing a first version", "running {} tests", "tidying up")
NAME = Implementation(name="demo-agent", version="1")


class Refused(Exception):
    """A tool said no: the step is no longer this agent's, most often."""


class Agent:
    """One session that works through plans by calling tools."""

    def __init__(self, client: Client, plans: Sequence[str], *, name: str, pace: float) -> None:
        """``pace`` is seconds a piece of work takes."""
        self.client, self.plans, self.pace = client, plans, pace
        self._random = random.Random(name)  # noqa: S311 - a demo repeats itself

    async def run(self) -> None:
        """Work until the process is ended."""
        while True:
            for plan in self.plans:
                step = (await self.call("next_step", namespace=plan))["step"]
                if isinstance(step, dict):
                    await self.do(plan, step)
                    break
            await self.pause()

    async def do(self, plan: str, step: Json) -> None:
        """Do one step; what the board refuses is left alone."""
        on: Json = {"namespace": plan, "number": step["number"]}
        question = QUESTIONS.get((plan, int(str(step["number"]))))
        try:
            await self.work(on, first=0)
            if question is not None:
                await self.ask(on, question, revision=step["revision"])
            await self.work(on, first=2)
            await self.call("complete_step", **on)
        except Refused:
            await self.pause()

    async def work(self, on: Json, *, first: int) -> None:
        """Do two pieces, and say so."""
        for piece in (first, first + 1):
            chore = CHORES[piece].format(self._random.randrange(12, 240))
            progress = {"done": piece, "total": len(CHORES)}
            await self.call("heartbeat", **on, active_form=chore, progress=progress)
            await self.pause()

    async def ask(self, on: Json, question: Question, *, revision: object) -> None:
        """Ask until a person says yes; do the work again after each no."""
        text = question.text
        if question.evidence:
            await self.call("update_step", **on, revision=revision, extra=dict(question.evidence))
        while True:
            await self.call("block_step", **on, kind=question.kind, text=text)
            answer = await self.call("wait_for_decision", **on, seconds=APPROVAL_WAIT)
            decision = answer["decision"]
            if not isinstance(decision, dict) or decision["verdict"] != "rejected":
                return
            await self.work(on, first=1)
            text = f"Done again as you said: {decision['note']}"

    async def call(self, tool: str, **sent: object) -> Json:
        """Call a tool. Raises Refused."""
        result = await self.client.call_tool(tool, dict(sent))
        if result.is_error:
            raise Refused(str(result.content))
        return result.structured_content or {}

    async def pause(self) -> None:
        """Take as long as work takes."""
        await asyncio.sleep(self.pace * self._random.uniform(0.6, 1.4))


async def main() -> None:
    """Run one agent: ``mcp_worker.py NAME PLAN… [--pace S]``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("plans", nargs="+")
    parser.add_argument("--pace", type=float, default=4.0)
    given = parser.parse_args()
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "plans.agents.cli", "mcp", "--as", given.name],
        env=dict(os.environ),
    )
    async with Client(server, client_info=NAME) as client:
        await Agent(client, given.plans, name=given.name, pace=given.pace).run()


if __name__ == "__main__":
    asyncio.run(main())
