"""Finding out that plans changed: by being told, and by looking at everything now and then."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from plans.sync.decide import MISSES, compare
from plans.sync.sweeping import all_stamps, identity
from plans.sync.watch import WatchFailed, watch, watch_sources

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from plans.store.plan_store import PlanStore
    from plans.sync.decide import Agenda, Swept

log = logging.getLogger(__name__)

SWEEP_SECONDS = 30.0
QUICK_SWEEP_SECONDS = 2.0
"""Where notifications do not work."""


class Lookout:
    """Puts the plans that changed on the agenda."""

    def __init__(
        self,
        store: PlanStore,
        agenda: Agenda,
        mirrored: Callable[[], Awaitable[Mapping[str, str]]],
        *,
        there_are: Callable[[Iterable[str]], None] = lambda _: None,
    ) -> None:
        """``mirrored`` tells which version of each plan's files the mirror has.

        ``there_are`` is told after each look at everything which plans there are.
        """
        self._there_are = there_are
        self._store, self._agenda, self._mirrored = store, agenda, mirrored
        self._root = store.root
        self._sweep_now = asyncio.Event()
        self._misses = 0
        self._watched: tuple[int, int] | None = None
        """Which folder is listened to; None: none, or another one in a moment."""
        self._elsewhere = asyncio.Event()
        """Set when the root's path names another folder."""
        self.woken = asyncio.Event()
        """Set whenever something was put on the agenda."""
        self.session_touches = 1
        """How often a heartbeat file was touched; all count as touched at the start."""
        self.swept = asyncio.Event()
        """Set after the first look at everything."""
        self.note = ""
        """Why changes are not heard of at once; empty when they are."""
        self._deaf_elsewhere = ""
        """The note that says so of other programs' lists; the root may be heard of meanwhile."""
        self._blind = ""
        """The note that says so of a root that could not be looked at."""

    def begin(self) -> None:
        """Look at everything for the first time, once more: what changed meanwhile could not be heard of."""
        self.swept.clear()

    # Ears

    def plan_touched(self, namespace: str, *, core: bool) -> None:
        """Somebody touched a plan's files."""
        self._misses = 0
        self._agenda.poke(namespace, core=core)
        self.woken.set()

    def session_touched(self) -> None:
        """Somebody touched a heartbeat file."""
        self.session_touches += 1

    def events_lost(self) -> None:
        """Events were lost: look at everything."""
        self._sweep_now.set()

    # Being told

    async def listen(self) -> None:
        """Hear for as long as that works; where it does not, look more often and say why."""
        while True:
            try:
                await self._listen_here()
            except WatchFailed as failed:
                self._deaf(str(failed))
                await asyncio.sleep(QUICK_SWEEP_SECONDS)

    async def _listen_here(self) -> None:
        """Hear of the folder that the root's path names now, until it names another. Raises WatchFailed."""
        self._elsewhere.clear()
        self._watched = await asyncio.to_thread(identity, self._root)
        hearing = asyncio.create_task(watch(self._root, self).listen(self._hearing))
        elsewhere = asyncio.create_task(self._elsewhere.wait())
        try:
            await asyncio.wait({hearing, elsewhere}, return_when=asyncio.FIRST_COMPLETED)
            if hearing.done():
                hearing.result()
        finally:
            hearing.cancel()
            elsewhere.cancel()
            await asyncio.gather(hearing, elsewhere, return_exceptions=True)

    async def listen_elsewhere(self) -> None:
        """Hear of other programs' lists; where that does not work, the sweeps find what changed."""
        while self._store.sources():
            try:
                await watch_sources(self._store, self).listen(self._hearing_elsewhere)
            except WatchFailed as failed:
                self._deaf(str(failed))
                self._deaf_elsewhere = self.note
            await asyncio.sleep(SWEEP_SECONDS)

    def _hearing(self) -> None:
        """What happened before is found by a sweep."""
        self._hear_again(self._deaf_elsewhere)

    def _hearing_elsewhere(self) -> None:
        """The same of other programs' lists, if only they were not heard of."""
        heard, self._deaf_elsewhere = self._deaf_elsewhere, ""
        self._hear_again("" if self.note == heard else self.note)

    def _hear_again(self, still: str) -> None:
        if self.note and not still:
            log.info("Changes are announced again")
        self.note = still
        self._sweep_now.set()

    def _deaf(self, why: str) -> None:
        note = f"Changes are found every {QUICK_SWEEP_SECONDS:.0f} s instead of at once: {why}"
        if note != self.note:
            log.warning(note)
        self.note = note
        self._sweep_now.set()

    def _follow(self, there: tuple[int, int] | None) -> None:
        """Listen anew where the root's path names another folder than the one that is listened to.

        A link on the way to it may have been switched: nothing was moved or removed that is watched.
        """
        if there is not None and self._watched is not None and there != self._watched:
            log.info("%s is another folder now; listening there", self._root)
            self._watched = None
            self._elsewhere.set()

    def _sees_again(self) -> None:
        """Take back that the root cannot be read, which nobody else would: it is still listened to."""
        if self._blind and self.note == self._blind:
            log.info("%s can be read again", self._root)
            self.note = ""
        self._blind = ""

    # Looking

    async def sweep(self) -> None:
        """Look at everything at the start, after lost events, and every 30 s; every 2 s when not told."""
        while True:
            self._sweep_now.clear()
            try:
                now = await asyncio.to_thread(all_stamps, self._store)
                self.session_touched()  # as far as anybody knows: the last one may not have been announced
                self._follow(await asyncio.to_thread(identity, self._root))
                self._found(compare(await self._mirrored(), now, at=time.time()))
                self._there_are(now)
                self._sees_again()
            except OSError as error:
                if not self.note:
                    self._deaf(f"{self._root} cannot be read ({error.strerror})")
                    self._blind = self.note
            try:
                async with asyncio.timeout(QUICK_SWEEP_SECONDS if self.note else SWEEP_SECONDS):
                    await self._sweep_now.wait()
            except TimeoutError:
                continue

    def _found(self, found: Swept) -> None:
        if self.swept.is_set():
            self._count_misses([name for name in found.late if self._announced(name)])
        self._agenda.sweep(found.changed)
        self.swept.set()
        self.woken.set()

    def _announced(self, namespace: str) -> bool:
        """Tell whether a change should have been heard of; a source's place may have come since."""
        return not self._agenda.expects(namespace) and self._store.source_of(namespace) is None

    def _count_misses(self, late: list[str]) -> None:
        self._misses += len(late)
        if self._misses >= MISSES and not self.note:
            self._deaf("this file system does not announce changes")
