"""Agents that speak MCP, with the official client: in this process, or to a server of its own."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, cast

from mcp import Client, StdioServerParameters

from plans.agents.mcp_server.caller import AllRights, Caller
from plans.agents.mcp_server.files import FileRoots
from plans.agents.mcp_server.server import PlanServer
from plans.domain.actor import session
from tests.agents.shell import PLAN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mcp.client.session import MessageHandlerFnT
    from mcp_types import CallToolResult

    from plans.actions.desk import Desk
    from plans.agents.mcp_server.caller import Rights
    from tests.agents.shell import Json, Shell

type Era = Literal["legacy", "auto"]
"""legacy: the protocol with a handshake (2025-11-25 and before); auto: the newest both ends know."""

ERAS: tuple[Era, ...] = ("legacy", "auto")


class Refused(NamedTuple):
    """A tool's error: the text a model reads first, and its values."""

    text: str
    error: dict[str, Any]


class Agent:
    """One connected agent."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, tool: str, **sent: object) -> dict[str, Any]:
        """Call a tool; it must succeed. Gives its values."""
        result = await self.result(tool, sent)
        assert not result.is_error, result.content
        return cast("dict[str, Any]", result.structured_content)

    async def refused(self, tool: str, **sent: object) -> Refused:
        """Call a tool; it must refuse."""
        result = await self.result(tool, sent)
        assert result.is_error, result.content
        values = cast("dict[str, Any]", result.structured_content)
        first = result.content[0]
        assert first.type == "text"
        return Refused(first.text, values["error"])

    async def result(self, tool: str, sent: Json) -> CallToolResult:
        """Call a tool; gives all that came back."""
        return await self.client.call_tool(tool, sent)


@asynccontextmanager
async def inside(
    desk: Desk,
    name: str = "session-abc",
    *,
    era: Era = "auto",
    files: FileRoots | None = None,
    rights: Rights | None = None,
) -> AsyncIterator[Agent]:
    """Connect to a server in this process that works at this desk."""
    caller = Caller(
        desk=desk,
        by=session(name),
        files=files or FileRoots(),
        namespace=PLAN,
        rights=rights or AllRights(),
    )
    async with Client(PlanServer(lambda _: caller).build(), mode=era) as client:
        yield Agent(client)


@asynccontextmanager
async def started(
    shell: Shell,
    *words: str,
    name: str = "session-abc",
    era: Era = "auto",
    hears: MessageHandlerFnT | None = None,
) -> AsyncIterator[Agent]:
    """Start ``planboard mcp`` and connect to it."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "plans.agents.cli", "mcp", "--namespace", PLAN, *words],
        env=shell.variables | ({"PLANBOARD_SESSION": name} if name else {}),
    )
    async with Client(server, mode=era, message_handler=hears) as client:
        yield Agent(client)
