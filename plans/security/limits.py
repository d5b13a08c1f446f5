"""How much a stranger may send: bodies counted as they arrive, in time, and small messages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from plans.security.refusals import BodyCompressed, BodyTooLarge, BodyTooSlow

if TYPE_CHECKING:
    from asgiref.typing import (
        ASGIReceiveCallable,
        ASGIReceiveEvent,
        ASGISendCallable,
        ASGISendEvent,
    )

MALFORMED: Final = 4400


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bytes of a body and of a socket message, seconds a body may take."""

    body_bytes: int = 1024 * 1024
    body_seconds: float = 30
    message_bytes: int = 16 * 1024


DEFAULT_LIMITS: Final = Limits()


def check_announced(headers: list[tuple[bytes, bytes]], limits: Limits) -> None:
    """Refuse by the headers alone: compressed, or announced as too large."""
    for name, value in headers:
        if name == b"content-encoding" and value.strip().lower() != b"identity":
            raise BodyCompressed
        if name == b"content-length" and value.isdigit() and int(value) > limits.body_bytes:
            raise BodyTooLarge(limits.body_bytes)


async def read_body(receive: ASGIReceiveCallable, limits: Limits) -> bytes | None:
    """Return the whole body, or nothing when the client has gone.

    Raises BodyTooLarge as soon as one byte too many arrived, and BodyTooSlow. It is read before the
    application starts, so a body that is refused halfway has done nothing.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(limits.body_seconds):
            while True:
                event = await receive()
                if event["type"] != "http.request":
                    return None
                body += event.get("body", b"")
                if len(body) > limits.body_bytes:
                    raise BodyTooLarge(limits.body_bytes)
                if not event.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        raise BodyTooSlow(limits.body_seconds) from None


def receive_again(body: bytes, receive: ASGIReceiveCallable) -> ASGIReceiveCallable:
    """Return a `receive` that gives the body in one event, then what the server has to say."""
    waiting: list[ASGIReceiveEvent] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_body_first() -> ASGIReceiveEvent:
        return waiting.pop() if waiting else await receive()

    return receive_body_first


class GuardedSocket:
    """A socket that closes itself with 4400 at the first message over the limit."""

    def __init__(self, receive: ASGIReceiveCallable, send: ASGISendCallable, limits: Limits) -> None:
        self._receive, self._send = receive, send
        self._limit = limits.message_bytes
        self._closed = False

    async def receive(self) -> ASGIReceiveEvent:
        event = await self._receive()
        if event["type"] != "websocket.receive" or self._fits(event.get("text"), event.get("bytes")):
            return event
        self._closed = True
        reason = f"A message is larger than {self._limit:,} bytes"
        await self._send({"type": "websocket.close", "code": MALFORMED, "reason": reason})
        return {"type": "websocket.disconnect", "code": MALFORMED, "reason": reason}

    async def send(self, event: ASGISendEvent) -> None:
        if not self._closed:
            await self._send(event)

    def _fits(self, text: str | None, raw: bytes | None) -> bool:
        return len(text.encode() if text else raw or b"") <= self._limit
