"""A line between browser and board that may be bad: cut, late, out of order, doubled, with holes, or silent.

What it does is drawn from a seed. HTTP goes through as bytes, the messages of sockets one by one.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, NamedTuple, Self

from tests.acceptance.connection import MOST, Connection, End, first, pass_on, pour, read
from tests.listening import stop_listening
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from types import TracebackType

    from tests.acceptance.websocket_frames import Frame

_HEAD = b"\r\n\r\n"
_TURN = 0.3
"""Seconds that a message waits for the next one, to let it overtake."""


class Weather(NamedTuple):
    """How bad the line is: chances by message, of 1."""

    drop: float = 0.0
    twice: float = 0.0
    reorder: float = 0.0
    delay: float = 0.0
    longest: float = 0.2
    """Seconds that a message may be late."""
    torn: float = 0.0
    """The chance that an HTTP connection breaks in the middle of an answer."""


CLEAR = Weather()
AWFUL = Weather(drop=0.1, twice=0.15, reorder=0.15, delay=0.3, torn=0.03)


class Sockets(StrEnum):
    """What becomes of new sockets."""

    PASS = "pass"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


@dataclass
class Counted:
    """What happened on the line so far."""

    sockets: int = 0
    boards: int = 0
    """Sockets of boards among them, the others are of inboxes."""
    ends: int = 0
    dropped: int = 0
    doubled: int = 0
    reordered: int = 0
    torn: int = 0


class BadLine:
    """Listens on ``port`` and passes on to another; its weather may change at any time."""

    def __init__(self, port: int, *, to: int, seed: int = 0) -> None:
        self.port, self.to = port, to
        self._random = Random(seed)  # noqa: S311 - the same weather again
        self.weather = CLEAR
        self.sockets = Sockets.PASS
        self.is_down = False
        self.is_lax = False
        """Whether pages lose the word that keeps most browsers from keeping them; some do all the same."""
        self.counted = Counted()
        self._open: set[Connection] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE)

    def end(self, how: End, *, sockets_only: bool = False) -> None:
        """End what is open now; what is silent already ends for good by anything but silence."""
        self._in_loop(self._end(how, sockets_only=sockets_only))

    def open_sockets(self) -> int:
        """Count the sockets that are open and not silent."""
        return sum(one.is_socket and not one.is_silent.is_set() for one in tuple(self._open))

    async def _end(self, how: End, *, sockets_only: bool) -> None:
        for connection in tuple(self._open):
            if connection.is_socket or not sockets_only:
                self.counted.ends += 1
                connection.end(how)

    def _in_loop(self, deed: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(deed, self._loop).result(PATIENCE)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._accept, "127.0.0.1", self.port, limit=MOST)
        self._ready.set()
        await self._stop.wait()
        await stop_listening(server)
        await self._end(End.RESET, sockets_only=False)

    # One connection

    async def _accept(self, reader: asyncio.StreamReader, down: asyncio.StreamWriter) -> None:
        try:
            await self._connect(reader, down)
        except (OSError, EOFError):
            pass
        finally:
            down.close()

    async def _connect(self, reader: asyncio.StreamReader, down: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(_HEAD)
        is_socket = head.startswith(b"GET /ws/")
        if self.is_down or (is_socket and self.sockets is Sockets.REFUSED):
            Connection(down, down, is_socket).end(End.RESET)
            return
        if is_socket and self.sockets is Sockets.UNANSWERED:
            await reader.read()
            return
        back, up = await asyncio.open_connection("127.0.0.1", self.to, limit=MOST)
        connection = Connection(down, up, is_socket)
        self._open.add(connection)
        up.write(head)
        try:
            if is_socket:
                await self._socket(connection, reader, back, is_board=b"/ws/plans/" in head)
            else:
                await first(pour(reader, connection, up), self._answers(back, connection))
        finally:
            self._open.discard(connection)
            up.close()

    async def _answers(self, back: asyncio.StreamReader, connection: Connection) -> None:
        """Pass answers of HTTP on, and break off in the middle of some."""
        while chunk := await back.read(MOST):
            if self._happens(self.weather.torn):
                self.counted.torn += 1
                connection.down.write(chunk[: len(chunk) // 2])
                connection.end(End.RESET)
                return
            if self.is_lax:
                chunk = chunk.replace(b"no-store", b"no-cache")
            await pass_on(chunk, connection, connection.down)

    async def _socket(
        self,
        connection: Connection,
        reader: asyncio.StreamReader,
        back: asyncio.StreamReader,
        *,
        is_board: bool,
    ) -> None:
        self.counted.sockets += 1
        self.counted.boards += is_board
        connection.down.write(await back.readuntil(_HEAD))
        await first(pour(reader, connection, connection.up), self._messages(back, connection))

    async def _messages(self, back: asyncio.StreamReader, connection: Connection) -> None:
        """Pass messages on one by one, as the weather has it."""
        frames: asyncio.Queue[Frame | None] = asyncio.Queue()
        reading = asyncio.create_task(read(back, frames))
        try:
            while frame := await frames.get():
                for spoilt in await self._spoilt(frame, frames):
                    if self._happens(self.weather.delay):
                        await asyncio.sleep(self._random.uniform(0, self.weather.longest))
                    await pass_on(spoilt.raw, connection, connection.down)
        finally:
            reading.cancel()

    async def _spoilt(self, frame: Frame, frames: asyncio.Queue[Frame | None]) -> list[Frame]:
        """Swallow a message, double it or let the next one overtake it; control frames are left alone."""
        if not frame.is_text:
            return [frame]
        if self._happens(self.weather.drop):
            self.counted.dropped += 1
            return []
        if self._happens(self.weather.twice):
            self.counted.doubled += 1
            return [frame, frame]
        return await self._overtaken(frame, frames) if self._happens(self.weather.reorder) else [frame]

    async def _overtaken(self, frame: Frame, frames: asyncio.Queue[Frame | None]) -> list[Frame]:
        with suppress(TimeoutError):
            async with asyncio.timeout(_TURN):
                after = await frames.get()
            if after is None or not after.is_text:
                frames.put_nowait(None)
                return [frame]
            self.counted.reordered += 1
            return [after, frame]
        return [frame]

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self._random.random() < chance
