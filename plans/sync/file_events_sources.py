"""Hearing of other programs' lists where there is no inotify."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from watchfiles import awatch

from plans.sync.elsewhere import folders
from plans.sync.watch import WatchFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.store.plan_store import PlanStore
    from plans.sync.watch import Ears

_MILLISECONDS = 1
_RENEW_SECONDS = 30.0


class FileEventsSources:
    """Watches the folders of all sources; which ones there are is looked up again now and then."""

    def __init__(self, store: PlanStore, ears: Ears) -> None:
        self._store, self._ears = store, ears

    async def listen(self, started: Callable[[], None]) -> None:
        """Hear until cancelled; raises WatchFailed."""
        try:
            while True:
                known = await asyncio.to_thread(folders, self._store)
                paths = sorted(known.all())
                started()
                if not paths:
                    await asyncio.sleep(_RENEW_SECONDS)
                    continue
                events = awatch(
                    *paths, debounce=_MILLISECONDS, step=_MILLISECONDS, watch_filter=None, recursive=False
                )
                async for changes in events:
                    touched = [known.heard(self._ears, *os.path.split(path)) for _, path in changes]
                    if any(touched):
                        break
        except OSError as error:
            raise WatchFailed(error.strerror or str(error)) from error
