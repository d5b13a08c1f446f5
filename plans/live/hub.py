"""One hub a process: hears of changes once, draws each changed card once, sends every page what it lacks.

It runs on one event loop; nothing here is called from another thread.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import asdict
from time import monotonic
from typing import TYPE_CHECKING, Protocol

import msgspec

from plans.live import messages
from plans.live.messages import MALFORMED, Ack, Differs, Hello, Looks, SignedOut, Version
from plans.live.open_plan import OpenPlan, Tally
from plans.live.presence import Presence

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from plans.live.messages import Changed, Heard
    from plans.live.news import Brush, News
    from plans.live.presence import Person
    from plans.live.viewer import Socket, Viewer

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
"""How often the open plans are compared with the mirror, so that a lost poke heals by itself."""
REJOIN_SECONDS = 600.0
"""How often the hub joins its group again: the in-memory layer drops members after a day."""


class Layer(Protocol):
    """The channel layer, as far as the hub uses it."""

    async def new_channel(self) -> str: ...
    async def group_add(self, group: str, channel: str) -> None: ...
    async def group_send(self, group: str, message: dict[str, object]) -> None: ...
    async def receive(self, channel: str) -> dict[str, object]: ...


class Source(Protocol):
    """The mirror, as far as the hub reads it; asked on the hub's loop, it may work in a thread."""

    async def read(self, namespace: str) -> News | None:
        """Read a plan and its revisions since the last reading; None when there is no such plan."""
        ...

    async def versions(self, namespaces: Collection[str]) -> Mapping[str, tuple[str, int]]:
        """Tell history and revision of some plans, in a few queries, however many they are."""
        ...

    def drop(self, namespace: str) -> None:
        """Forget a plan that nobody looks at any more."""
        ...


class Hub:
    """Sockets register here; the worker of the same process offers its news, others poke."""

    def __init__(self, *, layer: Callable[[], Layer], source: Source, brush: Brush) -> None:
        """``layer`` gives the channel layer once the loop runs."""
        self._layer, self._source, self._brush = layer, source, brush
        self.presence = Presence(tell=self._tell_people)
        self._open: dict[str, OpenPlan] = {}
        self._tally = Tally()
        self._dirty: dict[str, float] = {}
        self._readings: dict[str, asyncio.Task[None]] = {}
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._listeners: list[Callable[[str], None]] = []
        self._doorkeepers: list[Callable[[str], None]] = []

    def on_change(self, tell: Callable[[str], None]) -> None:
        """Tell somebody of this loop of each change of a plan, or of a session in it, by the plan's name."""
        self._listeners.append(tell)

    def on_sign_out(self, tell: Callable[[str], None]) -> None:
        """Tell somebody of this loop of every session that ended, in whichever process."""
        self._doorkeepers.append(tell)

    def start(self) -> None:
        """Begin to listen; harmless when it does already. Needs a running loop."""
        if not self._tasks:
            self._tasks = (asyncio.create_task(self._listen()), asyncio.create_task(self._tick()))

    async def stop(self) -> None:
        """Stop listening; closing the sockets is the server's."""
        tasks = (*self._tasks, *self._readings.values())
        self._tasks = ()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def join(self, namespace: str, socket: Socket, *, person: Person | None = None) -> Seat:
        """Let a socket in; it is sent nothing until it says hello. ``person`` is shown to others who look."""
        self.start()
        if namespace not in self._open:
            self._open[namespace] = OpenPlan(namespace, self._brush, self._tally)
        plan = self._open[namespace]
        return Seat(self, plan, plan.join(socket), person)

    def offer(self, news: News) -> None:
        """Take news from the worker of this process, so that nobody has to read them again."""
        plan = self._open.get(news.picture.plan.namespace)
        if plan is not None and plan.version is not None:
            plan.show(news)

    def read_soon(self, plan: OpenPlan, *, written_at: float = 0.0) -> None:
        """Read a plan again; what is asked for meanwhile is one more reading."""
        self._dirty[plan.namespace] = self._dirty.get(plan.namespace) or written_at
        if plan.namespace not in self._readings:
            self._readings[plan.namespace] = asyncio.create_task(self._read(plan))

    def facts(self) -> dict[str, int]:
        """Count what an operator wants to know: open plans, sockets, pages that started over or erred."""
        plans = self._open.values()
        sockets = sum(len(plan.viewers) for plan in plans)
        return {"plans": len(plans), "sockets": sockets, **asdict(self._tally)}

    # Hearing of changes

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except Exception:
                log.exception("The channel layer does not answer; trying again")
            await asyncio.sleep(LOOK_SECONDS)

    async def _hear(self) -> None:
        layer = self._layer()
        channel = await layer.new_channel()
        while True:
            await layer.group_add(messages.GROUP, channel)
            with suppress(TimeoutError):
                async with asyncio.timeout(REJOIN_SECONDS):
                    while True:
                        message = await layer.receive(channel)
                        self.presence.heard(message, now=monotonic())
                        self._poked(messages.poked(message))

    def _poked(self, changed: Changed | SignedOut | None) -> None:
        if isinstance(changed, SignedOut):
            for told in self._doorkeepers:
                told(changed.session)
        elif changed is not None:
            self._tell_of(changed)

    def _tell_of(self, changed: Changed) -> None:
        for tell in self._listeners:
            tell(changed.namespace)
        plan = self._open.get(changed.namespace)
        if plan and plan.version and (changed.state or changed.version != plan.version):
            self.read_soon(plan, written_at=changed.at)

    async def _read(self, plan: OpenPlan) -> None:
        try:
            while plan.namespace in self._dirty:
                written_at = self._dirty.pop(plan.namespace)
                plan.show(await self._source.read(plan.namespace), written_at=written_at)
        except Exception:
            log.exception("Reading %r for its open boards failed; trying again", plan.namespace)
        finally:
            del self._readings[plan.namespace]

    # Once a second

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._compare()
            except Exception:
                log.exception("Comparing the open plans with the mirror failed; trying again")
            self._care(monotonic())
            await self._say_people()

    async def _compare(self) -> None:
        """Read again what the mirror has newer, and what could not be read the last time."""
        versions = await self._source.versions(tuple(self._open)) if self._open else {}
        for plan in self._open.values():
            if plan.is_behind(versions.get(plan.namespace), monotonic()):
                self.read_soon(plan)

    async def _say_people(self) -> None:
        """Tell pages and other processes who looks at what, where that changed."""
        try:
            for message in tuple(self.presence.care(monotonic())):
                await self._layer().group_send(messages.GROUP, message)
        except Exception:
            log.exception("Telling who looks at what failed; trying again")

    def _tell_people(self, namespace: str, viewers: Iterable[Viewer], op: str) -> None:
        if plan := self._open.get(namespace):
            plan.tell(viewers, op)

    def _care(self, now: float) -> None:
        for namespace, plan in tuple(self._open.items()):
            plan.care(now)
            if plan.is_idle(now):
                del self._open[namespace]
                self._source.drop(namespace)


class Seat:
    """A socket's place at the hub."""

    def __init__(self, hub: Hub, plan: OpenPlan, viewer: Viewer, person: Person | None) -> None:  # noqa: PLR0917 - a place is of these
        self._hub, self._plan, self._viewer, self._person = hub, plan, viewer, person

    async def heard(self, text: str) -> None:
        """Read a message of the page; closes the socket when it is no message at all."""
        if self._viewer not in self._plan.viewers:
            return
        try:
            message = messages.heard(text)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            self.leave()
            self._viewer.close(MALFORMED)
            return
        self._take(message)

    def _take(self, message: Heard | None) -> None:
        match message:
            case Hello(epoch, rev):
                if not self._plan.greet(self._viewer, Version(epoch, rev)):
                    self._hub.read_soon(self._plan)
            case Ack(rev):
                self._plan.acknowledged(self._viewer, rev)
            case Looks():
                self._look(message)
            case Differs(rev):
                self._plan.differed(rev)

    def leave(self) -> None:
        """Say that the socket is gone."""
        self._plan.leave(self._viewer)
        self._hub.presence.leave(self._plan.namespace, self._viewer)

    def _look(self, looks: Looks) -> None:
        presence, namespace = self._hub.presence, self._plan.namespace
        if self._person is None or not looks.here:
            presence.leave(namespace, self._viewer)
        else:
            presence.look((namespace, looks.step), self._viewer, self._person, now=monotonic())
