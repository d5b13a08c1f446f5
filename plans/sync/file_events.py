"""Hearing where there is no inotify: watchfiles, with waits that its defaults make a hundred times longer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from watchfiles import awatch

from plans.store.paths import JOURNAL, SESSIONS, is_namespace
from plans.sync.watch import KEYS, WATCHED_FILES, WatchFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.sync.watch import Ears

_MILLISECONDS = 1


class FileEventsWatch:
    """Watches the whole tree under the root."""

    def __init__(self, root: str, ears: Ears) -> None:
        self._root, self._ears = root, ears

    async def listen(self, started: Callable[[], None]) -> None:
        """Hear until cancelled; raises WatchFailed."""
        try:
            events = awatch(
                self._root, debounce=_MILLISECONDS, step=_MILLISECONDS, watch_filter=None, recursive=True
            )
            started()
            while True:
                for _, path in await anext(events):
                    self._heard(path)
                if not os.path.isdir(self._root):  # noqa: ASYNC240, PTH112 - one look a batch
                    message = f"the folder {self._root} was moved or removed"
                    raise WatchFailed(message)
        except OSError as error:
            raise WatchFailed(error.strerror or str(error)) from error

    def _heard(self, path: str) -> None:
        name, _, file = os.path.relpath(path, self._root).partition(os.sep)
        if name == SESSIONS:
            self._ears.session_touched()
        elif name == KEYS:
            self._ears.events_lost()
        elif is_namespace(name) and (not file or file in WATCHED_FILES):
            self._ears.plan_touched(name, core=file != JOURNAL)
