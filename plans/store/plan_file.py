"""plan.json while we hold the plan's board lock: what stands in it, and how it is replaced.

The peers' lock keeps peers that know it from writing meanwhile; those that do not are caught by a last
look before the rename. Our mark says all the while that a rewrite is under way, so that whoever finds us
dead doubts plan.json and compares it with what stood there before, too (writer_mark.py, comparing.py).
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from plans.domain.errors import StorageFailed
from plans.store import disk
from plans.store.atomic_write import replace_file
from plans.store.disk import Disk
from plans.store.paths import PLAN, Folder
from plans.store.peer_lock import is_ours
from plans.store.peer_locking import new_token, peers_locked
from plans.store.versions import stat_key
from plans.store.writer_mark import WriterMark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class PlanFile:
    """One plan's plan.json; made for one change and thrown away."""

    def __init__(self, folder: Folder, seen: Disk | None, *, clock: Callable[[], int]) -> None:
        """Start from the last look the process had; ``clock`` gives ms since the epoch."""
        self.disk = seen or Disk()
        self.late = ""
        """Why plan.json cannot say yet what the journal says; empty when nothing stands in the way."""
        self.clock = clock
        self._folder = folder
        self._mark = WriterMark(folder)
        self.certain = self._mark.at_rest
        """Whether our last rewrite is known to have ended, or not to be needed."""

    def clear_leftovers(self, displaced: str | None) -> None:
        """Remove what a dead writer of ours left in the folder; ``displaced`` is what it meant to replace."""
        self._mark.clear_leftovers(displaced)

    def look(self) -> bool:
        """Look at plan.json; tells whether it is another one than we knew."""
        before, self.disk = self.disk, disk.look(self._folder, self.disk)
        return (before.sha, before.problem) != (self.disk.sha, self.disk.problem)

    def announce_rewrite(self) -> None:
        """Leave word that a rewrite is coming, unless there is such word."""
        if self._mark.at_rest:
            self._mark.write(new_token(self.clock()))

    @contextmanager
    def locked(self, *, wait: float) -> Iterator[float]:
        """Hold the peers' lock under our mark; yields when it was taken, s on the monotonic clock."""
        token = new_token(self.clock())
        self._mark.write(token)
        with peers_locked(self._folder, token, wait=wait, freed=self._mark.lock_is_gone):
            yield time.monotonic()

    def replace(self, data: bytes) -> None:
        """Write new bytes, under the peers' lock; where the disk refuses, ``late`` says so.

        Raises Overtaken, and nothing was written, when a peer's file stands there or our lock is gone.
        """
        try:
            facts = replace_file(
                self._folder, PLAN, data, seen=self.disk.version, may_replace=self._may_replace
            )
        except StorageFailed as refused:
            self.late = refused.message
            return
        self.disk = Disk(key=stat_key(facts), sha=disk.sha256(data), data=data)
        self.late, self.certain = "", True

    def _may_replace(self) -> bool:
        facts = self._folder.stat(PLAN)
        key = stat_key(facts) if facts is not None else None
        return key == self.disk.key and is_ours(self._folder, self._mark.token)

    def rest(self) -> None:
        """Leave the word that plan.json says what the journal says, if it does."""
        if self.certain:
            self._mark.rest()
