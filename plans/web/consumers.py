"""The sockets of open pages: let in, kept only while the person stays signed in, fed by hub and inbox."""

from __future__ import annotations

import asyncio
from contextvars import copy_context
from typing import TYPE_CHECKING, Final, override

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from plans.live.messages import MALFORMED
from plans.security.proxies import USER
from plans.web.crowd import CROWD
from plans.web.inboxes import live_inbox
from plans.web.onlookers import onlooker
from plans.web.render import live_hub
from plans.web.sockets import CROWDED, SOCKETS, let_in

if TYPE_CHECKING:
    from plans.live.hub import Seat
    from plans.live.inbox import InboxSeat

CHECK_SECONDS: Final = 60

_LOOKING: Final[set[asyncio.Task[None]]] = set()
"""The loop itself holds tasks only weakly."""


class Wire:
    """What the hub may do with a socket."""

    def __init__(self, consumer: AsyncWebsocketConsumer) -> None:
        self._consumer = consumer

    async def send(self, text: str) -> None:
        await self._consumer.send(text_data=text)

    async def close(self, code: int) -> None:
        await self._consumer.close(code)


class GuardedConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels ships no types
    """A page's socket: its person is looked at again and again, its texts go to the seat."""

    channel_layer_alias = "none: the hub hears for all sockets of the process"
    seat: Seat | InboxSeat | None = None
    watch: asyncio.TimerHandle | None = None
    """When its person is looked at next: a timer, for a task would wait in memory for every open page."""
    person: int

    @override
    async def connect(self) -> None:
        """Accept first: a browser sees the reason only on an open socket."""
        await self.accept()
        self.session_key: str = self.scope["session"].session_key or ""
        code, person = await self._let_in()
        if code is None and not CROWD.enter(person):
            code = CROWDED
        if code is not None:
            await self.close(code)
            return
        self.person = person
        self.loop, self.context = asyncio.get_running_loop(), copy_context()
        SOCKETS.add(self.session_key, self.poke)
        self._look_later()
        await self.sit_down()

    async def sit_down(self) -> None:
        """Take the seat from which texts go out."""
        raise NotImplementedError

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
            CROWD.leave(self.person)
            self.watch.cancel()
            self.watch = None
            SOCKETS.remove(self.session_key, self.poke)

    def poke(self) -> None:
        """Look at once, for the person may have signed out; from any thread."""
        self.loop.call_soon_threadsafe(self._look, context=self.context)

    def _look_later(self) -> None:
        if self.watch is not None:
            self.watch.cancel()
        self.watch = self.loop.call_later(CHECK_SECONDS, self._look, context=self.context)

    def _look(self) -> None:
        looking = self.loop.create_task(self._stay_signed_in())
        _LOOKING.add(looking)
        looking.add_done_callback(_LOOKING.discard)

    async def _stay_signed_in(self) -> None:
        """Close when the person may not look any more; else look again in a minute."""
        try:
            code, _ = await self._let_in()
        finally:
            if self.watch is not None:  # else the socket is gone
                self._look_later()
        if code is not None and self.watch is not None:
            await self.close(code)

    async def _let_in(self) -> tuple[int | None, int]:
        """Give the code to close with, None while the person may look at it; and who the person is."""
        found: tuple[int | None, int] = await database_sync_to_async(let_in)(
            self.session_key, self._namespace(), named=self.scope.get(USER)
        )
        return found

    def _namespace(self) -> str | None:
        """Name the plan that this socket is about, None where it is about all."""
        named: str | None = self.scope["url_route"]["kwargs"].get("namespace")
        return named


class BoardConsumer(GuardedConsumer):
    """One open board: its frames out, its hello and acknowledgements in."""

    @override
    async def sit_down(self) -> None:
        self.seat = live_hub().join(
            self.scope["url_route"]["kwargs"]["namespace"], Wire(self), person=await onlooker(self.scope)
        )


class InboxConsumer(GuardedConsumer):
    """One page that is about all plans, or counts what needs its person."""

    @override
    async def sit_down(self) -> None:
        live_hub().start()
        self.seat = live_inbox().join(self.person, Wire(self))


class Nowhere(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels ships no types
    """Any other socket address."""

    @override
    async def connect(self) -> None:
        await self.accept()
        await self.close(MALFORMED)
