"""Clients of Daphne that begin no request, or take no answer: neither may hold a connection for ever.

Twisted starts its own clock anew with every byte, so a request line that drips in was never late; and
what a client does not read is kept in memory, however much a stream still has to say.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from twisted.internet.interfaces import IPushProducer
from twisted.internet.protocol import connectionDone
from twisted.web.http import HTTPChannel
from zope.interface import implementer  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable

    from twisted.python.failure import Failure

ENDLESS: Final = b"text/event-stream"
"""Only such an answer grows while nobody reads it; any other is as long as it is, on any connection."""


class TimedChannel(HTTPChannel):
    """A connection whose next request must begin in time, once its first byte came."""

    seconds: float = 30

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        self._deadline: asyncio.TimerHandle | None = None
        self._is_socket = False
        super().connectionMade()  # type: ignore[no-untyped-call]

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Start the clock with a request's first byte; its first line stops it, and has limits of its own."""
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        if self.requests or self._is_socket:
            self._stop()
        elif self._deadline is None:
            self._deadline = asyncio.get_running_loop().call_later(self.seconds, self.forceAbortClient)

    def becomes_socket(self) -> None:
        """Let go of the request that asked for it; we stay, to read no faster than is sent."""
        self._is_socket = True
        self.requests.clear()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 - Twisted's name
        self._stop()
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


@implementer(IPushProducer)
class Reader:
    """What an endless answer is to its connection: cut when the client reads nothing for too long."""

    def __init__(self, cut: Callable[[], object], seconds: float) -> None:
        self._cut, self._seconds = cut, seconds
        self._deadline: asyncio.TimerHandle | None = None

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The connection takes no more; said again with every write until it does."""
        if self._deadline is None:
            loop = asyncio.get_running_loop()
            self._deadline = loop.call_later(self._seconds, self._cut)

    def resumeProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The client has read all of it."""
        self.stopProducing()

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        """The client is gone."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
