"""The sockets of open boards: let in, kept only while the person stays signed in, fed by the hub."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, override

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from plans.web.render import live_hub
from plans.web.sockets import MALFORMED, SOCKETS, refused_as

if TYPE_CHECKING:
    from plans.live.hub import Seat

CHECK_SECONDS: Final = 60


class Wire:
    """What the hub may do with a socket."""

    def __init__(self, consumer: AsyncWebsocketConsumer) -> None:
        self._consumer = consumer

    async def send(self, text: str) -> None:
        await self._consumer.send(text_data=text)

    async def close(self, code: int) -> None:
        await self._consumer.close(code)


class BoardConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels ships no types
    """One open board: its frames out, its hello and acknowledgements in."""

    channel_layer_alias = "none: the hub hears for all sockets of the process"
    seat: Seat | None = None
    watch: asyncio.Task[None] | None = None

    @override
    async def connect(self) -> None:
        """Accept first: a browser sees the reason only on an open socket."""
        await self.accept()
        self.session_key: str = self.scope["session"].session_key or ""
        code = await database_sync_to_async(refused_as)(self.session_key)
        if code is not None:
            await self.close(code)
            return
        self.looks = asyncio.Event()
        loop = asyncio.get_running_loop()

        def poke() -> None:
            loop.call_soon_threadsafe(self.looks.set)

        self.poke = poke
        SOCKETS.add(self.session_key, self.poke)
        self.watch = asyncio.create_task(self._stay_signed_in())
        self.seat = live_hub().join(self.scope["url_route"]["kwargs"]["namespace"], Wire(self))

    @override
    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data is None:
            await self.close(MALFORMED)
        elif self.seat is not None:
            await self.seat.heard(text_data)

    @override
    async def disconnect(self, code: int) -> None:
        if self.seat is not None:
            self.seat.leave()
        if self.watch is not None:
            self.watch.cancel()
            SOCKETS.remove(self.session_key, self.poke)

    async def _stay_signed_in(self) -> None:
        """Look again every minute, and at once when the person signs out in this process."""
        while True:
            try:
                async with asyncio.timeout(CHECK_SECONDS):
                    await self.looks.wait()
            except TimeoutError:
                pass
            self.looks.clear()
            code = await database_sync_to_async(refused_as)(self.session_key)
            if code is not None:
                await self.close(code)
                return


class Nowhere(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels ships no types
    """Any other socket address."""

    @override
    async def connect(self) -> None:
        await self.accept()
        await self.close(MALFORMED)
