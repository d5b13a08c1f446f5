"""Who is alive: heartbeat files into rows, and the boards told when a session comes to life or goes stale."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING

from plans.mirror.documents import indexed
from plans.mirror.models import Worker
from plans.mirror.session_rows import (
    forget_silent,
    leave_unknown,
    owners,
    plans_of,
    write_lives,
    write_worker,
)
from plans.sessions.heartbeats import FORGET_AFTER
from plans.sync.setbacks import Setbacks

if TYPE_CHECKING:
    from collections.abc import Collection

    from plans.sessions.heartbeats import Sessions
    from plans.sync.copying import Copier
    from plans.sync.lives import Lives
    from plans.sync.lookout import Lookout
    from plans.sync.telling import Teller
    from plans.sync.worker_thread import WorkerThread

LOOK_SECONDS = 1.0
"""Heartbeats are copied a batch at a time: they are many, and nobody waits for one."""
LAST_LOOK_SECONDS = 10.0
"""Where looking fails again and again."""
FORGETS_BETWEEN = 3_600
"""Sessions that are silent for a week are forgotten at the start, and then about every hour."""
BEATS_BETWEEN = 5
"""The worker's own sign of life is written every so many looks."""


class Attendance:
    """Looks at the heartbeat files once a second when one was touched, and judges everybody."""

    def __init__(self, sessions: Sessions, *, thread: WorkerThread, copier: Copier, teller: Teller) -> None:
        self._sessions, self._thread, self._copier, self._teller = sessions, thread, copier, teller
        self._heard_of = 0

    async def look(self, lives: Lives, lookout: Lookout) -> None:
        """Work until cancelled."""
        looks, setbacks = 0, Setbacks()
        while True:
            try:
                await self._look(looks, lives, lookout)
            except Exception as error:  # noqa: BLE001 - it is told, and tried again
                failures = setbacks.tell("Copying the sessions failed", error)
                lives.write_again()
                await self._thread.reconnect()
            else:
                failures = 0
                setbacks.over("Copying the sessions failed")
            looks += 1
            await asyncio.sleep(min(LOOK_SECONDS * max(failures, 1), LAST_LOOK_SECONDS))

    async def _look(self, looks: int, lives: Lives, lookout: Lookout) -> None:
        await self._hear(lives, lookout)
        if looks % FORGETS_BETWEEN == 0:
            await self._forget(lives)
        await self._judge(lives)
        if looks == 0:
            await self._thread.do(lambda: leave_unknown(lives.names()))
        if looks % BEATS_BETWEEN == 0:
            await self._thread.do(lambda: write_worker(self._sign_of_life(lookout.note)))

    async def _hear(self, lives: Lives, lookout: Lookout) -> None:
        touches = lookout.session_touches
        if touches != self._heard_of:
            lives.heard(await asyncio.to_thread(self._sessions.all))
            self._heard_of = touches  # only now: nobody touches them again to make up for what failed

    async def _forget(self, lives: Lives) -> None:
        """Drop who gave no sign of life for a week and has no open step; a row, a file and a memory each."""
        before = self._sessions.clock() - FORGET_AFTER
        kept = await self._thread.do(owners)
        gone = [name for name in lives.silent_since(before) if indexed(name) not in kept]
        lives.forget(gone)
        await asyncio.to_thread(lambda: self._sessions.forget(gone, before=before))
        await self._thread.do(lambda: forget_silent(before, kept=kept))

    async def _judge(self, lives: Lives) -> None:
        changed = lives.judge(self._sessions.clock())
        fresh = lives.unwritten()
        if fresh:
            await self._thread.do(lambda: write_lives(fresh))
        if changed:
            await self._tell(changed, lives)

    async def _tell(self, changed: Collection[str], lives: Lives) -> None:
        for picture in await self._thread.do(lambda: self._copier.pictures(plans_of(changed))):
            await self._teller.lived(picture, lives)

    def _sign_of_life(self, note: str) -> Worker:
        return Worker(
            name="sync",
            host=socket.gethostname(),
            pid=os.getpid(),
            beat_at=self._sessions.clock(),
            mode="sweep" if note else "notify",
            note=note,
        )
