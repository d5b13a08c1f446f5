"""Daphne with our limits, where it has none of its own.

It takes a whole body in before the application starts, of any size and however slowly, and answers bad
requests without our headers. Here both are settled as the bytes arrive. The gate counts again, so that
uvicorn has the same limits; there the application starts first.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from daphne.http_protocol import HTTPFactory, WebRequest
from daphne.server import Server

from plans.security.headers import secured
from plans.security.limits import DEFAULT_LIMITS, Limits, check_announced
from plans.security.refusals import BodyTooLarge, BodyTooSlow, DoorRefused, json_body, text_body
from plans.security.slow_clients import ENDLESS, Reader, TimedChannel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asgiref.typing import ASGI3Application, ASGISendEvent
    from twisted.internet.interfaces import IAddress, IProtocol

# How long a refused sender may go on before it is cut: closing at once would reset the connection,
# and the answer would be lost on the way.
LINGER_SECONDS: Final = 2
REASONS: Final = {408: b"Request Timeout", 413: b"Content Too Large", 415: b"Unsupported Media Type"}


class LimitedRequest(WebRequest):  # type: ignore[misc]  # Daphne has no types
    """A request that is refused as soon as its headers, its size or its slowness say so."""

    limits = Limits()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._received = 0
        self._is_refused = False
        self._reader = Reader(self.channel.forceAbortClient, self.limits.body_seconds)
        seconds = self.limits.body_seconds
        self._deadline = asyncio.get_running_loop().call_later(seconds, self._refuse, BodyTooSlow(seconds))

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
        """The headers are complete: refuse what they announce."""
        super().gotLength(length)
        headers = [
            (name.lower(), value)
            for name, values in self.requestHeaders.getAllRawHeaders()
            for value in values
        ]
        try:
            check_announced(headers, self.limits)
        except DoorRefused as refused:
            self._refuse(refused)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Count what arrives; what a refused sender still sends is thrown away."""
        self._received += len(data)
        if self._received > self.limits.body_bytes:
            self._refuse(BodyTooLarge(self.limits.body_bytes))
        if not self._is_refused:
            super().handleContentChunk(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802
        """The body is complete and in time."""
        self._stop_deadline()
        if not self._is_refused:
            super().requestReceived(command, path, version)
            if self.transport is None and self.channel is not None:  # Daphne handed it to a socket
                self.channel.becomes_socket()

    def connectionLost(self, reason: object) -> None:  # noqa: N802 - Twisted's name
        self._stop_deadline()
        self._reader.stopProducing()
        super().connectionLost(reason)

    def finish(self) -> None:
        """The answer is whole: how long it takes to read is the server's own affair again."""
        if self.producer is self._reader:
            self._reader.stopProducing()
            self.unregisterProducer()
        super().finish()

    def handle_reply(self, message: ASGISendEvent) -> None:
        """Answer; Daphne's own error pages get the headers too."""
        if message["type"] == "http.response.start":
            headers = secured(message.get("headers", ()))
            message = {**message, "headers": headers}
            if self.channel is not None and _is_endless(headers):
                self.registerProducer(self._reader, True)  # noqa: FBT003 - Twisted's argument
        super().handle_reply(message)

    def handle_exception(self, exception: Exception) -> None:
        """Cut an answer that the application broke off: kept open, it would look unfinished for ever."""
        if self._response_started:
            self.channel.forceAbortClient()
        else:
            super().handle_exception(exception)

    def _stop_deadline(self) -> None:
        self._deadline.cancel()

    def _refuse(self, refused: DoorRefused) -> None:
        """Answer by hand: Twisted cannot respond to a request that is not complete."""
        if self._is_refused:
            return
        self._is_refused = True
        self._stop_deadline()
        kinds = self.requestHeaders.getRawHeaders(b"content-type") or [b""]
        # Agents have a token, whatever they say of the body; curl calls every body a form.
        is_program = kinds[0].startswith(b"application/json") or self.requestHeaders.hasHeader(
            b"authorization"
        )
        transport = self.channel.transport
        transport.write(_response(refused, *(json_body if is_program else text_body)(refused)))
        transport.loseWriteConnection()
        asyncio.get_running_loop().call_later(LINGER_SECONDS, transport.abortConnection)


class LimitedFactory(HTTPFactory):  # type: ignore[misc]
    """Daphne's factory, whose connections make our requests."""

    def __init__(self, server: Server, limits: Limits) -> None:
        super().__init__(server)
        self._request = type("LimitedRequest", (LimitedRequest,), {"limits": limits})
        self.protocol = type("TimedChannel", (TimedChannel,), {"seconds": limits.body_seconds})

    def buildProtocol(self, addr: IAddress) -> IProtocol:  # noqa: N802 - Twisted's name
        protocol: IProtocol = super().buildProtocol(addr)
        protocol.requestFactory = self._request
        return protocol


class LimitedServer(Server):  # type: ignore[misc]
    """`daphne.server.Server` with the limits; the same arguments, and `limits`."""

    def __init__(
        self, application: ASGI3Application, *, limits: Limits = DEFAULT_LIMITS, **options: object
    ) -> None:
        # The gate closes with a code that says why; far above the limit Daphne just drops the socket.
        size = 4 * limits.message_bytes
        options = {"websocket_max_message_size": size, "websocket_max_frame_size": size, **options}
        super().__init__(application, **options)
        self._limits = limits

    @property
    def http_factory(self) -> LimitedFactory:
        return self._factory

    @http_factory.setter
    def http_factory(self, _: HTTPFactory) -> None:
        """`run()` makes Daphne's own factory and puts it here; ours takes its place."""
        self._factory = LimitedFactory(self, self._limits)

    def kill_all_applications(self) -> object:
        """Stop what runs; a request whose body never came has nothing to stop (Daphne trips on it)."""
        for protocol, details in list(self.connections.items()):
            if "application_instance" not in details:
                del self.connections[protocol]
        return super().kill_all_applications()


def _is_endless(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(ENDLESS) for name, value in headers)


def _response(refused: DoorRefused, kind: bytes, body: bytes) -> bytes:
    headers = secured(
        [
            (b"content-type", kind),
            (b"content-length", str(len(body)).encode()),
            *refused.headers,
        ]
    )
    lines = [b"HTTP/1.1 %d %s" % (refused.status, REASONS[refused.status])]
    lines += [b"%s: %s" % header for header in headers]
    return b"\r\n".join([*lines, b"", body])
