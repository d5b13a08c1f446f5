"""Sockets that look at a board or at a floor; the same few lines for both, so they cost both the same."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import time
from typing import TYPE_CHECKING, override

if TYPE_CHECKING:
    from tests.bench.signed_in import SignedIn

PATIENCE = 30.0
_REVISION = re.compile(rb'"rev":(\d+),"ops"')
_HEARTBEAT = re.compile(rb'"type":"heartbeat".*"rev":(\d+)')
_SHORT, _TEXT, _PING = 126, 1, 9
_TOO_LATE = b'"type":"resync"'


class Viewer(asyncio.Protocol):
    """One open page, as far as a server can tell."""

    def __init__(self, audience: Audience, request: bytes) -> None:
        self._audience, self._request = audience, request
        self._data = bytearray()
        self._is_open = False
        self.transport: asyncio.Transport

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._request)

    @override
    def data_received(self, data: bytes) -> None:
        self._data += data
        if not self._is_open:
            end = self._data.find(b"\r\n\r\n")
            if end < 0:
                return
            assert self._data.startswith(b"HTTP/1.1 101"), bytes(self._data[:end])
            del self._data[: end + 4]
            self._is_open = True
            self._audience.came(self)
        while (message := self._next()) is not None:
            self._audience.heard(self, message)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._audience.lost(self)

    def say(self, text: bytes) -> None:
        """Send a short text; an all-zero mask leaves it as it is."""
        assert len(text) < _SHORT
        self.transport.write(bytes((0x81, 0x80 | len(text))) + bytes(4) + text)

    def _next(self) -> bytes | None:
        """Take the next text message; None until it is whole. Servers send no fragments and no masks."""
        data = self._data
        while len(data) >= 2:
            size, start = data[1], 2
            if size >= _SHORT:
                start = 4 if size == _SHORT else 10
                size = int.from_bytes(data[2:start])
            if len(data) < start + size:
                return None
            kind, message = data[0] & 0x0F, bytes(data[start : start + size])
            del data[: start + size]
            if kind == _TEXT:
                return message
            if kind == _PING:
                self.transport.write(bytes((0x8A, 0x80 | len(message))) + bytes(4) + message)
        return None


class Audience:
    """So many viewers of one plan. Acknowledgements go out when all have a frame, so they delay nobody's."""

    def __init__(self, *, hello: bytes = b"") -> None:
        self._hello = hello
        self.viewers: set[Viewer] = set()
        self.wanted = b""
        self._without: set[Viewer] = set()
        self._seen_at: asyncio.Future[float] | None = None
        self._revisions: dict[Viewer, bytes] = {}
        self._count = 0
        self._all_in: asyncio.Future[None]

    async def join(self, port: int, path: str, *, count: int = 1, cookie: str = "") -> None:
        """Connect one after the other, and wait until all are in."""
        loop = asyncio.get_running_loop()
        request = _handshake(port, path, cookie)
        self._all_in, self._count = loop.create_future(), count
        for _ in range(count):
            await loop.create_connection(lambda: Viewer(self, request), "127.0.0.1", port)
        async with asyncio.timeout(PATIENCE):
            await self._all_in

    def expect(self, wanted: bytes = b"") -> asyncio.Future[float]:
        """Give the moment at which the last viewer has a frame that holds ``wanted``."""
        self.wanted, self._without = wanted, set(self.viewers)
        self._seen_at = asyncio.get_running_loop().create_future()
        return self._seen_at

    def leave(self) -> None:
        """Close every socket."""
        viewers, self.viewers = self.viewers, set()
        for viewer in viewers:
            viewer.transport.abort()

    def came(self, viewer: Viewer) -> None:
        self.viewers.add(viewer)
        if self._hello:
            viewer.say(self._hello)
        if len(self.viewers) == self._count:
            self._all_in.set_result(None)

    def lost(self, viewer: Viewer) -> None:
        if viewer in self.viewers:
            self._fail("a socket was closed")

    def heard(self, viewer: Viewer, message: bytes) -> None:
        now = time.perf_counter()
        if _TOO_LATE in message:
            self._fail("a page was told to start over")
        _answer(viewer, message)
        found = _REVISION.search(message)
        if found:
            self._revisions[viewer] = found[1]
        elif self._hello:
            return
        if self.wanted in message:
            self._without.discard(viewer)
        if not self._without:
            self._all_have_it(now)

    def saw(self, viewer: Viewer) -> None:
        """Note that a viewer has what is wanted, without any acknowledgement."""
        self._without.discard(viewer)
        if not self._without and self._seen_at is not None and not self._seen_at.done():
            self._seen_at.set_result(time.perf_counter())

    def _all_have_it(self, now: float) -> None:
        for viewer, revision in self._revisions.items():
            viewer.say(b'{"type":"ack","rev":%s}' % revision)
        self._revisions.clear()
        if self._seen_at is not None and not self._seen_at.done():
            self._seen_at.set_result(now)

    def _fail(self, why: str) -> None:
        if self._seen_at is not None and not self._seen_at.done():
            self._seen_at.set_exception(RuntimeError(why))


async def watching(board: SignedIn, namespace: str, *, count: int = 1) -> Audience:
    """Open a board as often as wanted, from the page's own revision on."""
    epoch, revision = board.version(namespace)
    audience = Audience(hello=b'{"type":"hello","epoch":"%s","rev":%d}' % (epoch.encode(), revision))
    path = f"/ws/plans/{namespace}/"
    await audience.join(board.port, path, count=count, cookie=board.cookie)
    return audience


def _handshake(port: int, path: str, cookie: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        *([f"Cookie: {cookie}"] if cookie else []),
    ]
    return "\r\n".join((*lines, "", "")).encode()


def _answer(viewer: Viewer, message: bytes) -> None:
    """Say to a heartbeat that all is there: a page that is silent to them is let go."""
    if found := _HEARTBEAT.search(message):
        viewer.say(b'{"type":"ack","rev":%s}' % found[1])
