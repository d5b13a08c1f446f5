"""The official MCP client at a board's /mcp, for a process that knows no event loop."""

from __future__ import annotations

from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import httpx2
from anyio.from_thread import start_blocking_portal
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.torture.doors import Refused
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.torture.doors import Caller, Json


@contextmanager
def connected(url: str, token: str, session: str) -> Iterator[Caller]:
    """Connect, and give what calls a tool."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(_client(url, token, session)) as client,
    ):

        def call(tool: str, sent: Json, /) -> Json:
            result = portal.call(client.call_tool, tool, sent)
            values: Json = result.structured_content or {}
            if result.is_error:
                error = values["error"]
                assert isinstance(error, dict)
                raise Refused(error["code"])
            return values

        yield call


@asynccontextmanager
async def _client(url: str, token: str, session: str) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {token}", "X-Planboard-Session": session}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as http,
        Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client,
    ):
        yield client
