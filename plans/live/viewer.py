"""One open page: what it was sent, what it has acknowledged, and when it may be sent more."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from plans.live import messages

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from plans.live.messages import Version

log = logging.getLogger(__name__)

BROKEN = 1011
"""The code for a socket that could not be sent what it must have; the page connects again by itself."""
UNACKNOWLEDGED = 2
"""Frames that may be under way; a server's send never waits, so holding back is ours to do."""
SPACING = 0.1
"""Seconds between frames to one page: at most ten a second in the long run."""
BURST = 2.0
"""Frames that a page which was sent little may get at once: a change that is alone never waits."""
ACK_SECONDS = 10.0
HEARTBEAT_SECONDS = 15.0
PROOF_SECONDS = 0.5
"""How long after the last thing it was told a page is told what it should hold: had that been lost, it would
not know. With the hub's next look it leaves time to fetch what was lost within the 2 s that are promised."""


class Socket(Protocol):
    """Where text goes out; this room knows no server."""

    async def send(self, text: str) -> None:
        """Send one message; raises when the connection is gone."""
        ...

    async def close(self, code: int) -> None:
        """Close with a code."""
        ...


class Viewer:
    """The bookkeeping of one socket. Times are seconds on the monotonic clock."""

    __slots__ = (
        "_allowed",
        "_allowed_at",
        "_is_proven",
        "_said",
        "_spoke_at",
        "_under_way",
        "_under_way_texts",
        "asked",
        "has",
        "socket",
        "starts_over",
    )

    def __init__(self, socket: Socket, *, now: float) -> None:
        self.socket = socket
        self.asked: Version | None = None
        """What the page said it has, while we still have to look at the plan."""
        self.has: Version | None = None
        """What it was sent last; None until its hello, and after a resync until the next one."""
        self.starts_over = False
        """Whether it was told to, and has not said hello since."""
        self._allowed = BURST
        self._allowed_at = now
        self._is_proven = True
        self._said = 0
        """Texts it was sent; each carries its number, so that the page sees what never came, or twice."""
        self._spoke_at = now
        self._under_way: list[tuple[int, float]] = []
        """Revision and time of each; never more than a few, and a deque takes room for sixty."""
        self._under_way_texts = 0
        """Texts that the socket has not taken yet."""

    def follows(self, version: Version) -> None:
        """Start from what the page says it has."""
        self.asked, self.has, self.starts_over = None, version, False
        self._under_way.clear()

    def acknowledged(self, rev: int) -> None:
        """Let go of the frames up to a revision."""
        while self._under_way and self._under_way[0][0] <= rev:
            del self._under_way[0]

    def may_take(self) -> bool:
        """Tell whether another frame may be under way."""
        return len(self._under_way) < UNACKNOWLEDGED and not self._under_way_texts

    def due_in(self, now: float) -> float:
        """Tell after how many seconds the next frame may go out; 0.0: now."""
        return max(0.0, 1.0 - self._allowance(now)) * SPACING

    def is_too_slow(self, now: float) -> bool:
        """Tell whether a frame has waited for its acknowledgement for too long."""
        return bool(self._under_way) and now - self._under_way[0][1] > ACK_SECONDS

    def is_silent(self, now: float) -> bool:
        """Tell whether it may think the line dead, or miss what it was told last and not know."""
        return now - self._spoke_at >= (HEARTBEAT_SECONDS if self._is_proven else PROOF_SECONDS)

    def send_frame(self, text: str, version: Version, *, now: float) -> None:
        """Send what brings the page to a version."""
        self.has = version
        self._allowed, self._allowed_at = self._allowance(now) - 1.0, now
        self._under_way.append((version.rev, now))
        self.send(text, now=now)

    def send_resync(self, text: str, *, now: float) -> None:
        """Tell the page to start over; it gets nothing until it says hello again."""
        self.asked = self.has = None
        self.starts_over = True
        self._under_way.clear()
        self.send(text, now=now)

    def send_heartbeat(self, text: str, *, now: float) -> None:
        """Send what the page should hold: whatever was lost before shows by it."""
        self.send(text, now=now)
        self._is_proven = True

    def send(self, text: str, *, now: float) -> None:
        """Hand a text to the socket, which usually takes it at once; else the next frame waits for that."""
        self._spoke_at = now
        self._is_proven = False
        self._said += 1
        self._under_way_texts += 1
        _start(self._send(messages.numbered(text, self._said)))

    def close(self, code: int) -> None:
        """Close the socket, whatever it is doing."""
        self.asked = self.has = None
        _start(self._close(code))

    def _allowance(self, now: float) -> float:
        """Count the frames that may go out now; grows by one each SPACING."""
        return min(BURST, self._allowed + (now - self._allowed_at) / SPACING if SPACING else BURST)

    async def _send(self, text: str) -> None:
        """A text that cannot be sent would be missed by all that follow it: start over on a new socket."""
        try:
            await self.socket.send(text)
        except (OSError, RuntimeError) as error:
            log.info("A page could not be sent %d characters (%s); closing its socket", len(text), error)
            self.close(BROKEN)
        finally:
            self._under_way_texts -= 1

    async def _close(self, code: int) -> None:
        """Close; what is gone already says so by its own disconnect."""
        with suppress(OSError, RuntimeError):
            await self.socket.close(code)


def _start(work: Coroutine[object, object, None]) -> None:
    """Do it at once as far as it goes without waiting, and the rest when it can."""
    loop = asyncio.get_running_loop()
    task = asyncio.Task(work, loop=loop, eager_start=True)
    if not task.done():
        _WAITING.add(task)
        task.add_done_callback(_WAITING.discard)


_WAITING: set[asyncio.Task[None]] = set()
"""The loop itself holds tasks only weakly."""
