"""Nothing that a test's server accepts outlives it, whenever it ends."""

from __future__ import annotations

import asyncio
import gc
import socket

import pytest

from tests.listening import stop_listening


async def _hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        await reader.read()
    finally:
        writer.close()


@pytest.mark.parametrize("turns", range(6))
def test_what_is_accepted_as_a_server_ends_is_closed(turns: int) -> None:
    """Python's own warning of what is left open fails it; with a plain close, one of six is red."""

    async def accepted_and_ended() -> None:
        server = await asyncio.start_server(_hold, "127.0.0.1", 0)
        with socket.create_connection(server.sockets[0].getsockname()):
            for _ in range(turns):
                await asyncio.sleep(0)
            await stop_listening(server)

    asyncio.run(accepted_and_ended())
    gc.collect()
