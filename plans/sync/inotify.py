"""Hearing by Linux's inotify: one watch a folder, never a file, whose first replacement would end it."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from asyncinotify import Event, Inotify, Mask
from asyncinotify import Watch as Descriptor

from plans.store.paths import PLAN, SESSIONS, is_namespace
from plans.sync.watch import KEYS, WATCHED_FILES, WatchFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.sync.watch import Ears

_FOLDER = Mask.ONLYDIR | Mask.DONT_FOLLOW | Mask.EXCL_UNLINK
_ENTRIES = Mask.CREATE | Mask.DELETE | Mask.MOVED_FROM | Mask.MOVED_TO
# What is created has no content yet; writing it or renaming it is another event.
CONTENTS = Mask.DELETE | Mask.MOVED_FROM | Mask.MOVED_TO | Mask.MODIFY | Mask.ATTRIB
_SELF = Mask.DELETE_SELF | Mask.MOVE_SELF
_LEFT = Mask.DELETE | Mask.MOVED_FROM
_CACHED_EVENTS = 256

LIMITS = {
    errno.ENOSPC: "the system allows no more file watches (raise fs.inotify.max_user_watches)",
    errno.EMFILE: "the system allows no more watchers (raise fs.inotify.max_user_instances)",
}
WENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES})
"""Why a folder cannot be watched that was listed: it went, or is no folder of ours to look into."""


class InotifyWatch:
    """Watches the root, every plan's folder in it, and the folder of heartbeats."""

    def __init__(self, root: str, ears: Ears) -> None:
        self._root, self._ears = root, ears
        self._folders: dict[str, Descriptor] = {}

    async def listen(self, started: Callable[[], None]) -> None:
        """Hear until cancelled; raises WatchFailed."""
        try:
            with Inotify(cache_size=_CACHED_EVENTS) as inotify:
                root = inotify.add_watch(self._root, Mask.ONLYDIR | _ENTRIES | _SELF)
                self._folders.clear()
                for name in os.listdir(self._root):  # noqa: PTH208
                    self._add(inotify, name)
                started()
                while True:
                    self._heard(inotify, root, await inotify.get())
        except OSError as error:
            raise WatchFailed(LIMITS.get(error.errno or 0) or error.strerror or str(error)) from error

    def _heard(self, inotify: Inotify, root: Descriptor, event: Event) -> None:
        if event.watch is None:  # more happened than the kernel kept
            self._ears.events_lost()
        elif event.watch is root:
            self._heard_root(inotify, event)
        else:
            self._heard_folder(event.watch.path.name, event)

    def _heard_root(self, inotify: Inotify, event: Event) -> None:
        if event.mask & (_SELF | Mask.IGNORED):
            message = f"the folder {self._root} was moved or removed"
            raise WatchFailed(message)
        name = str(event.name)
        if event.mask & _LEFT:
            self._remove(inotify, name)
        else:
            self._add(inotify, name)
        self._touched(name)

    def _heard_folder(self, name: str, event: Event) -> None:
        if event.mask & Mask.IGNORED:
            if self._folders.get(name) is event.watch:  # it went by itself
                del self._folders[name]
                self._touched(name)
        elif name == SESSIONS:
            self._ears.session_touched()
        elif (file := str(event.name)) in WATCHED_FILES:
            self._ears.plan_touched(name, core=file == PLAN)

    def _touched(self, name: str) -> None:
        if name == SESSIONS:
            self._ears.session_touched()
        elif name == KEYS:
            self._ears.events_lost()
        elif is_namespace(name):
            self._ears.plan_touched(name, core=True)

    def _add(self, inotify: Inotify, name: str) -> None:
        """Watch a folder that appeared; what is no folder, or has gone again, is none."""
        if name != SESSIONS and not is_namespace(name):
            return
        self._remove(inotify, name)
        try:
            self._folders[name] = inotify.add_watch(f"{self._root}/{name}", _FOLDER | CONTENTS)
        except OSError as error:
            if error.errno not in WENT:
                raise

    def _remove(self, inotify: Inotify, name: str) -> None:
        """Stop watching a folder that left: its events would come under its old name."""
        watched = self._folders.pop(name, None)
        if watched is not None:
            with suppress(OSError):  # it went by itself
                inotify.rm_watch(watched)
