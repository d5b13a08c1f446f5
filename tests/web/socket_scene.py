"""What tests of sockets share: opening one as a browser does, and hearing what comes."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client

from plans.mirror import reading
from plans.security.proxies import USER
from plans.web.render import live_hub
from plans.web.routing import sockets
from tests.waiting import PATIENCE
from tests.web.cast import LEDGER, LedgerBoard

type Open = Callable[..., Awaitable[WebsocketCommunicator]]


@asynccontextmanager
async def opening(board: LedgerBoard) -> AsyncIterator[Open]:
    """Open sockets as Ada's browser does; afterwards the hub and they are gone."""
    live_hub.cache_clear()
    found: list[WebsocketCommunicator] = []

    async def open_socket(
        path: str = f"/ws/plans/{LEDGER}/", client: Client | None = None, named: str | None = None
    ) -> WebsocketCommunicator:
        cookies = (client or board.client).cookies
        header = "; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items())
        socket = WebsocketCommunicator(sockets, path, headers=[(b"cookie", header.encode())])
        socket.scope[USER] = named
        found.append(socket)
        accepted, _ = await socket.connect(timeout=PATIENCE)
        assert accepted
        return socket

    yield open_socket
    for socket in found:
        with suppress(asyncio.CancelledError):  # a test that waited in vain has cancelled it
            await socket.disconnect(timeout=PATIENCE)
    await live_hub().stop()
    live_hub.cache_clear()


async def close_code(socket: WebsocketCommunicator) -> int:
    message = await socket.receive_output(timeout=PATIENCE)
    assert message["type"] == "websocket.close"
    code: int = message["code"]
    return code


async def heard(socket: WebsocketCommunicator, kind: str) -> dict[str, object]:
    """Wait for the next message of a kind; a frame that changes something has none."""
    while True:
        message: dict[str, object] = json.loads(await socket.receive_from(timeout=PATIENCE))
        if message.get("type", "frame") == kind:
            return message


async def hello(socket: WebsocketCommunicator, board: LedgerBoard) -> None:
    """Say what the page has, and wait until the hub has taken note of it."""
    known = await sync_to_async(reading.versions)([board.namespace])
    history, rev = known[board.namespace]
    await socket.send_to(json.dumps({"type": "hello", "epoch": history, "rev": rev}))
    await heard(socket, "state")
