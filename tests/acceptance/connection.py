"""One connection of a browser through a bad line: how bytes and frames pass, and how it ends."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from tests.acceptance.websocket_frames import Frame, read_frame

if TYPE_CHECKING:
    from collections.abc import Awaitable

_RESET = struct.pack("ii", 1, 0)
MOST = 2**20
"""Bytes that are read at once."""


class End(StrEnum):
    """How a connection ends."""

    CLOSED = "closed"
    RESET = "reset"
    SILENT = "silent"
    """It stays open and nothing comes any more, as after a laptop slept or a router forgot it."""


@dataclass(eq=False)
class Connection:
    """One connection of the browser and its other half."""

    down: asyncio.StreamWriter
    up: asyncio.StreamWriter
    is_socket: bool
    is_silent: asyncio.Event = field(default_factory=asyncio.Event)

    def end(self, how: End) -> None:
        if how is End.SILENT:
            self.is_silent.set()
            return
        for writer in (self.down, self.up):
            if how is End.RESET:
                with suppress(OSError):
                    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                writer.transport.abort()
            else:
                writer.close()


async def read(back: asyncio.StreamReader, frames: asyncio.Queue[Frame | None]) -> None:
    """Queue each frame as it comes, and None behind the last one."""
    with suppress(OSError, EOFError):
        while True:
            frames.put_nowait(await read_frame(back))
    frames.put_nowait(None)


async def pour(reader: asyncio.StreamReader, connection: Connection, writer: asyncio.StreamWriter) -> None:
    """Pass on whatever comes, until it ends."""
    while chunk := await reader.read(MOST):
        await pass_on(chunk, connection, writer)


async def pass_on(chunk: bytes, connection: Connection, writer: asyncio.StreamWriter) -> None:
    """Write to one side, unless the connection has gone silent."""
    if not connection.is_silent.is_set():
        writer.write(chunk)
        await writer.drain()


async def first(*ways: Awaitable[None]) -> None:
    """Go on until one of both ways has ended; the other one then ends, too."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    results = await asyncio.gather(*done, *rest, return_exceptions=True)
    unexpected = [
        one for one in results if isinstance(one, Exception) and not isinstance(one, OSError | EOFError)
    ]
    if unexpected:
        raise unexpected[0]
