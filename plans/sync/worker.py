"""The worker: hears of changes, copies them into the mirror, and tells the boards. One task, one thread."""

from __future__ import annotations

import asyncio
import logging
from time import monotonic
from typing import TYPE_CHECKING

from plans.metrics import figures
from plans.mirror.reading import count_plans, last_progress, stamps
from plans.mirror.session_rows import pulses
from plans.sync.attendance import Attendance
from plans.sync.copying import Copier
from plans.sync.decide import Agenda, Errand
from plans.sync.failing import Failing
from plans.sync.judging import Judging
from plans.sync.lives import Lives
from plans.sync.lookout import Lookout
from plans.sync.setbacks import Setbacks
from plans.sync.standby import taken
from plans.sync.tally import Tally
from plans.sync.worker_thread import WorkerThread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from plans.sessions.heartbeats import Sessions
    from plans.store.plan_store import PlanStore
    from plans.sync.copying import Found
    from plans.sync.standby import Lock
    from plans.sync.telling import Teller

log = logging.getLogger(__name__)

LOCK_WAIT = 0.25
"""How long the worker's store should wait for a plan's lock, s: the other plans wait meanwhile."""
_WATCH_LOCK_SECONDS = 5.0
_FAILED = "The worker failed"
_RESTART_SECONDS = 1.0
_LAST_RESTART_SECONDS = 30.0
_CLOSING_SECONDS = 2.0
"""What a stop may take longer, so that the next processes need not replay what this one knows."""


class LockLost(Exception):
    """Another worker may have taken over the mirror."""


class SyncWorker:
    """Copies one root into one mirror."""

    def __init__(
        self,
        *,
        store: PlanStore,
        sessions: Sessions,
        teller: Teller,
        lock: Lock,
        beside: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """``store`` should wait for locks no longer than LOCK_WAIT.

        ``beside`` is run while this is the only worker, from when everything has been copied on.
        """
        self._store, self._sessions, self._teller, self._lock = store, sessions, teller, lock
        self._beside = beside
        self._thread = WorkerThread()
        self._copier = Copier(store)
        self._agenda = Agenda()
        self._setbacks = Setbacks()
        self._failing = Failing(self._agenda, self._copier, thread=self._thread, teller=teller)
        self._seen: dict[str, str] = {}
        self._lives = Lives({})
        self._judging = Judging(store, self._agenda, self._thread)
        self.lookout = Lookout(store, self._agenda, self._mirrored, there_are=self._judging.look)
        self._tally = Tally(self._agenda, self.lookout)
        self._began = monotonic()
        self.idle = asyncio.Event()
        """Set while everything that was found has been copied."""

    async def run(self) -> None:
        """Work until cancelled; wait while another worker does. A lost lock means to wait again."""
        try:
            while True:
                try:
                    await taken(self._thread, self._lock, self._waits)
                    await self._work()
                except* LockLost:
                    log.warning("What made this the only worker is gone; waiting for it")
                except* Exception as failed:  # noqa: BLE001 - it is told, and the worker starts again
                    await self._pause(failed)
        finally:
            await self._end()

    async def _end(self) -> None:
        """Leave snapshots for those who come after, and the lock to whoever waits for it."""
        try:
            await self._thread.do(lambda: self._store.close(seconds=_CLOSING_SECONDS))
        finally:
            await self._thread.do(self._lock.release)
            await self._thread.close()

    async def _pause(self, failed: Exception) -> None:
        """Tell of a failure, and wait before everything is begun anew, longer where it goes on."""
        figures.WORKER_FAILURES.add()
        if monotonic() - self._began > _LAST_RESTART_SECONDS:  # it had gone well, and this is another matter
            self._setbacks.over(_FAILED)
        times = self._setbacks.tell(_FAILED, failed)
        await asyncio.sleep(min(_RESTART_SECONDS * times, _LAST_RESTART_SECONDS))

    async def _work(self) -> None:
        self._tally.begins()
        self.lookout.begin()
        self.idle.clear()
        self._began = monotonic()
        await self._prepare()
        attendance = Attendance(self._sessions, thread=self._thread, copier=self._copier, teller=self._teller)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.lookout.listen())
            tasks.create_task(self.lookout.listen_elsewhere())
            tasks.create_task(self.lookout.sweep())
            tasks.create_task(self._copy())
            tasks.create_task(attendance.look(self._lives, self.lookout))
            tasks.create_task(self._watch_lock())
            tasks.create_task(self._accompany())

    async def _prepare(self) -> None:
        """Start from what the mirror has: another worker may have written it meanwhile."""
        await self._thread.do(self._copier.clear)
        self._seen = await self._thread.do(stamps)
        await self._judging.begin()
        heard = await self._thread.do(pulses)
        self._lives = Lives(await self._thread.do(last_progress), heard)
        self.lookout.session_touches += 1  # what was heard of them before is not known any more

    async def _mirrored(self) -> Mapping[str, str]:
        """Tell what the mirror has; one that somebody emptied is filled again."""
        if await self._thread.do(count_plans) < len(self._seen):
            kept = await self._thread.do(stamps)
            await self._thread.do(self._copier.clear)
            self._lives.write_again()
            self._seen = {name: stamp for name, stamp in self._seen.items() if name in kept}
        return self._seen

    async def _copy(self) -> None:
        while True:
            errand = self._agenda.next(monotonic())
            if errand is None:
                await self._rest()
            else:
                await self._carry_out(errand)

    async def _carry_out(self, errand: Errand) -> None:
        try:
            await self._copy_one(errand)
        except Exception as error:  # noqa: BLE001 - it is told, and the other plans go on
            await self._failing.met(errand.namespace, error, self._lives)
        else:
            self._failing.over(errand.namespace)

    async def _copy_one(self, errand: Errand) -> None:
        """Boards of this process see a change before the mirror has it: a page that is older catches up."""
        patient = errand.settles or self._agenda.keeps_failing(errand.namespace, monotonic())
        found = await self._thread.do(lambda: self._copier.look(errand, patient=patient))
        if found.news is not None:
            self._lives.progressed(found.news.lines)
        if found.is_news and not found.is_new:
            frames = figures.FRAMES.total
            self._teller.show(found, self._lives)
            await _sent()
            self._tally.shown(found, frames=frames)
        written = await self._thread.do(lambda: self._copier.write(found))
        if found.is_news:
            if not found.anew:
                self._tally.copied(found)
            if found.is_new:
                self._teller.show(written, self._lives)
            await self._teller.poke(written, written_at=self._tally.since(found))
        self._note(errand, found)

    def _note(self, errand: Errand, found: Found) -> None:
        namespace = errand.namespace
        if found.gone:
            self._seen.pop(namespace, None)
        else:
            self._seen[namespace] = found.stamp
        if errand.anew and not found.retry:
            self._agenda.judged(errand)
        if found.retry:
            self._agenda.failed(namespace, monotonic())
        elif errand.settles or found.gone:
            self._agenda.settled(namespace)
        else:
            self._agenda.succeeded(namespace, monotonic())

    async def _rest(self) -> None:
        """Wait until a plan is due or somebody touches one."""
        if self.lookout.swept.is_set():
            if await self._judging.noted():
                return
            self.idle.set()
            self._tally.rests()
        try:
            async with asyncio.timeout(self._agenda.wait(monotonic())):
                await self.lookout.woken.wait()
        except TimeoutError:
            return
        self.lookout.woken.clear()
        self.idle.clear()

    async def _accompany(self) -> None:
        if self._beside is not None:
            await self.idle.wait()
            await self._beside()

    def _waits(self) -> None:
        self._tally.waits()
        log.info("Another worker copies into this mirror; waiting as standby")

    async def _watch_lock(self) -> None:
        while True:
            if not await self._thread.do(self._lock.is_held):
                raise LockLost
            await asyncio.sleep(_WATCH_LOCK_SECONDS)


async def _sent() -> None:
    """Let the loop hand to the sockets what was just given to it, before the thread competes with it."""
    for _ in range(2):  # once to learn that a socket takes data, once to write it
        await asyncio.sleep(0)
