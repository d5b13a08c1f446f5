"""One inbox a process: tells pages about all plans that something changed, and people of their queues.

A page is told ``{"type":"changed","rev":N}``, where N counts the changes of this person's queue here, and
asks for the rest itself. Of plans that its person may not see it hears nothing, not even when they change.
The first word comes when whatever was before is in what the page then fetches. It runs on one event loop;
only ``stir`` may be called from elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from plans.live import messages
from plans.live.messages import MALFORMED
from plans.live.viewer import Viewer

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from plans.live.viewer import Socket

log = logging.getLogger(__name__)

SPACING = 0.25
"""Seconds between two looks, so that nobody is told more often; a change that is alone is told at once."""
REST = 4
"""A look that takes long is followed by so many times its length of rest."""
LOOK_SECONDS = 2.0
"""How often we look without being told: a poke may be lost, and a snooze ends without one."""


class Part(NamedTuple):
    """What one person may see of all plans, as far as it is compared."""

    made_of: object
    """What their queue and their lists of plans are made of."""
    was_named: bool
    """Whether they may see one of the plans that were named: what those are made of may look the same."""


class Queues(Protocol):
    """Everybody's queue, as far as the inbox reads it; may work in a thread."""

    async def state(self, people: Collection[int], *, named: Collection[str]) -> Mapping[int, Part]:
        """Tell of each of these people what may have changed, ``named`` plans too; light.

        Who is no longer known is left out.
        """
        ...

    async def queues(self, people: Collection[int]) -> Mapping[int, object]:
        """Name what each of these people's queues shows; who is no longer known is left out."""
        ...


class Person:
    """Somebody with pages open: how often their queue changed since the first of them."""

    def __init__(self) -> None:
        self.seats: set[InboxSeat] = set()
        self.rev = 0
        """0 until their queue was looked at."""
        self._made_of: object = None
        self._queue: object = None

    def is_stirred(self, part: Part) -> bool:
        """Take note of what they may see now, and tell whether something of it changed."""
        before, self._made_of = self._made_of, part.made_of
        return part.was_named or part.made_of != before

    def forget(self) -> None:
        """Take whatever comes next for a change: it may be that one was missed."""
        self._made_of = None

    def has(self, queue: object) -> None:
        """Take note of what their queue shows now."""
        if self.rev == 0 or queue != self._queue:
            self._queue = queue
            self.rev += 1


class Inbox:
    """Sockets register here; whoever changes something says so."""

    def __init__(self, queues: Queues) -> None:
        self._queues = queues
        self._people: dict[int, Person] = {}
        self._changed: set[str] = set()
        self._stirred = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def join(self, person: int, socket: Socket) -> InboxSeat:
        """Let a socket in; it is sent nothing until it says hello."""
        self._start()
        if person not in self._people:
            self._people[person] = Person()
        seat = InboxSeat(self, person, Viewer(socket, now=monotonic()))
        self._people[person].seats.add(seat)
        return seat

    def leave(self, seat: InboxSeat) -> None:
        """Forget a socket."""
        person = self._people.get(seat.person)
        if person is not None:
            person.seats.discard(seat)
            if not person.seats:
                del self._people[seat.person]

    async def stop(self) -> None:
        """Stop looking; closing the sockets is the server's."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def changed(self, namespace: str) -> None:
        """Hear that a plan changed, or a session that works in it."""
        self._changed.add(namespace)
        self._stirred.set()

    def stir(self) -> None:
        """Make it look, from any thread: somebody put an entry aside."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stirred.set)

    def greeted(self) -> None:
        """Hear that a page waits for its first word."""
        self._stirred.set()

    def facts(self) -> dict[str, int]:
        """Count what an operator wants to know."""
        sockets = sum(len(person.seats) for person in self._people.values())
        return {"people": len(self._people), "sockets": sockets}

    def _start(self) -> None:
        if self._task is None:
            self._loop = asyncio.get_running_loop()
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._stirred.wait()
            self._stirred.clear()
            began = monotonic()
            if self._people:
                await self._try_to_look()
            await asyncio.sleep(max(SPACING, REST * (monotonic() - began)))

    async def _try_to_look(self) -> None:
        try:
            await self._look()
        except Exception:
            log.exception("Looking at what needs people failed; trying again")
            for person in self._people.values():
                person.forget()

    async def _look(self) -> None:
        """Compare with the last time. The state is read first: what changes after that is found next time."""
        changed, self._changed = self._changed, set()
        parts = await self._queues.state(tuple(self._people), named=changed)
        there = self._people.items()
        stirred = {key for key, person in there if key in parts and person.is_stirred(parts[key])}
        if stirred:
            for key, queue in (await self._queues.queues(stirred)).items():
                if key in self._people:
                    self._people[key].has(queue)
        now = monotonic()
        for key, person in tuple(self._people.items()):
            for seat in tuple(person.seats):
                seat.tell(person.rev, told_all=key in stirred, now=now)


class InboxSeat:
    """A socket's place at the inbox."""

    def __init__(self, inbox: Inbox, person: int, viewer: Viewer) -> None:
        self.person = person
        self._inbox, self._viewer = inbox, viewer
        self._follows_all = False
        self._has_come = False
        self._told = 0
        """What its queue counted when it was told last; 0 until its hello is answered."""

    async def heard(self, text: str) -> None:
        """Read a message of the page; closes the socket when it is no message at all."""
        try:
            message = messages.follows(text)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            self.leave()
            self._viewer.close(MALFORMED)
            return
        if message is not None:
            self._has_come = True
            self._told = 0
            self._follows_all = message.all
            self._inbox.greeted()

    def tell(self, rev: int, *, told_all: bool, now: float) -> None:
        """Tell the page what is news to it, or that the line is alive."""
        if not self._has_come or rev == 0 or not self._viewer.may_take():
            return
        if self._told != rev or (told_all and self._follows_all):
            self._told = rev
            self._viewer.send(messages.inbox("changed", rev), now=now)
        elif self._viewer.is_silent(now):
            self._viewer.send_heartbeat(messages.inbox("heartbeat", rev), now=now)

    def leave(self) -> None:
        """Say that the socket is gone."""
        self._inbox.leave(self)
