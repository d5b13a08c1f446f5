"""What stands in the peers' ``.lock``: whose it says to be, whether that process lives, which file it is.

Its rules are those of plan-store.ts (PR #70031) with its known faults left out: a live lock is never
stolen (peer_locking.py), and nothing is ever removed that was not recognised first.
"""

from __future__ import annotations

import os
import stat
import time

from msgspec import Struct

from plans.domain.errors import StorageFailed
from plans.store.paths import PEER_LOCK, FileRefused, Folder, storage_failed

_TOKEN_BYTES = 200


class PeerLock(Struct, frozen=True):
    """What a ``.lock`` looks like: who says to hold it, and which file exactly it is."""

    token: str
    device: int
    inode: int
    modified_ns: int
    size: int

    @property
    def pid(self) -> int | None:
        """The process that the token names; None when it names none."""
        head = self.token.partition("-")[0]
        return int(head) if head.isascii() and head.isdigit() and int(head) > 0 else None

    @property
    def holder_lives(self) -> bool:
        """Whether that process exists on this host; a token without one may be from anywhere.

        No process outlives the machine: a lock from before its start (a power failure) is dead.
        """
        if self.modified_ns < started_ns():
            return False
        if self.pid is None:
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except (PermissionError, OverflowError):
            return True
        return True

    def held_for(self) -> float:
        """Seconds since the file was written, by the wall clock; 0 where that was set back since."""
        return max(time.time() - self.modified_ns / 1e9, 0.0)

    def is_file(self, facts: os.stat_result) -> bool:
        """Tell whether this is the very file that was looked at, unchanged."""
        return (facts.st_dev, facts.st_ino, facts.st_mtime_ns) == (self.device, self.inode, self.modified_ns)


def look(folder: Folder) -> PeerLock | None:
    """Read the peers' lock; None when there is none. Raises StorageFailed when it is no regular file."""
    try:
        fd = folder.open(PEER_LOCK)
    except FileRefused:
        raise _not_regular(folder) from None
    except StorageFailed as failed:
        if isinstance(failed.__cause__, PermissionError):
            return _unread(folder)
        raise
    return _read(folder, fd) if fd is not None else None


def is_ours(folder: Folder, token: str) -> bool:
    """Tell whether the lock on disk is the one we made."""
    held = look(folder)
    return held is not None and held.token == token


def _read(folder: Folder, fd: int) -> PeerLock:
    try:
        facts = os.fstat(fd)
        token = os.read(fd, _TOKEN_BYTES).decode(errors="replace") if stat.S_ISREG(facts.st_mode) else ""
    except OSError as error:
        raise storage_failed(error, "read", f"{folder.path}/{PEER_LOCK}") from error
    finally:
        os.close(fd)
    if not stat.S_ISREG(facts.st_mode):
        raise _not_regular(folder)
    return _described(token, facts)


def _unread(folder: Folder) -> PeerLock | None:
    """Describe a lock of another user of the group: peers make it 0600, so who holds it is not told."""
    facts = folder.stat(PEER_LOCK)
    return _described("", facts) if facts is not None else None


def _described(token: str, facts: os.stat_result) -> PeerLock:
    return PeerLock(token, facts.st_dev, facts.st_ino, facts.st_mtime_ns, facts.st_size)


def _not_regular(folder: Folder) -> StorageFailed:
    return StorageFailed(
        f"Lock path is not a regular file: {folder.path}/{PEER_LOCK}",
        advice="Nothing was changed. Remove what stands in the lock's place.",
    )


def started_ns() -> int:
    """Say when the machine started, by the wall clock, ns; 0 where the system does not tell."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return 0
    return time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME)
