"""Hearing of other programs' lists by Linux's inotify; which folders there are is looked up again."""

from __future__ import annotations

import asyncio
import errno
from typing import TYPE_CHECKING

from asyncinotify import Event, Inotify, Mask
from asyncinotify import Watch as Descriptor

from plans.sync.elsewhere import Folders, folders
from plans.sync.inotify import CONTENTS, LIMITS, WENT
from plans.sync.watch import WatchFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.store.plan_store import PlanStore
    from plans.sync.watch import Ears

_MASK = Mask.ONLYDIR | Mask.DONT_FOLLOW | Mask.EXCL_UNLINK | Mask.CREATE | CONTENTS
_RENEW_SECONDS = 30.0


class InotifySources:
    """Watches the places of all sources, their lists, and their journals."""

    def __init__(self, store: PlanStore, ears: Ears) -> None:
        self._store, self._ears = store, ears
        self._watched: dict[str, Descriptor] = {}
        self._folders = Folders({}, {}, {})

    async def listen(self, started: Callable[[], None]) -> None:
        """Hear until cancelled; raises WatchFailed."""
        try:
            with Inotify() as inotify:
                self._watched.clear()
                await self._renew(inotify)
                started()
                while True:
                    await self._hear(inotify)
        except OSError as error:
            raise WatchFailed(LIMITS.get(error.errno or 0) or error.strerror or str(error)) from error

    async def _hear(self, inotify: Inotify) -> None:
        """Hear one event; now and then look for folders that nobody could announce."""
        try:
            async with asyncio.timeout(_RENEW_SECONDS):
                event = await inotify.get()
        except TimeoutError:
            await self._renew(inotify)
            return
        if event.mask & Mask.Q_OVERFLOW:
            self._ears.events_lost()
        elif event.watch is not None and self._heard(event.watch, event):
            await self._renew(inotify)

    def _heard(self, watch: Descriptor, event: Event) -> bool:
        """Tell whom an event concerns; True when folders may have come or gone."""
        folder = str(watch.path)
        if event.mask & Mask.IGNORED:
            self._watched.pop(folder, None)
            return True
        return self._folders.heard(self._ears, folder, str(event.name)) and bool(event.mask & Mask.ISDIR)

    async def _renew(self, inotify: Inotify) -> None:
        """Watch the folders that are there now, and no others."""
        self._folders = await asyncio.to_thread(folders, self._store)
        wanted = self._folders.all()
        for path in self._watched.keys() - wanted:
            self._forget(inotify, self._watched.pop(path))
        for path in wanted - self._watched.keys():
            try:
                self._watched[path] = inotify.add_watch(path, _MASK)
            except OSError as error:
                if error.errno not in WENT:
                    raise

    def _forget(self, inotify: Inotify, watch: Descriptor) -> None:
        try:
            inotify.rm_watch(watch)
        except OSError as error:
            if error.errno != errno.EINVAL:  # it went by itself
                raise
