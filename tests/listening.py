"""Ends what listens in a loop of asyncio's, so that nothing it accepted stays open."""

from __future__ import annotations

import asyncio

_TURNS = 3
"""Of the loop: what it accepted becomes a transport, is connected, and its handler begins."""


async def stop_listening(server: asyncio.Server) -> None:
    """Accept no more, and close the server.

    A connection that is accepted in the very turn of the loop in which a server closes belongs to nobody:
    asyncio gives it up half made, and Python warns of it much later, in whichever test runs then. So
    listening ends first, and what was accepted is handed to its handler before the server closes.
    """
    loop = asyncio.get_running_loop()
    for listener in server.sockets:
        loop.remove_reader(listener.fileno())
    for _ in range(_TURNS):
        await asyncio.sleep(0)
    server.close()
