"""Two locks: ours between our own processes (the kernel's), and the peers' ``.lock`` file.

The rules of the peers' lock are those of plan-store.ts (PR #70031) with its known faults left out:
a live lock is never stolen, and nothing is ever removed that was not recognised first.
"""

from __future__ import annotations

import fcntl
import os
import random
import stat
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from msgspec import Struct

from plans.domain.errors import Busy, StorageFailed
from plans.store.atomic_write import drafted, new_mode
from plans.store.paths import BOARD_LOCK, PEER_LOCK, FileRefused, Folder, storage_failed

if TYPE_CHECKING:
    from collections.abc import Iterator

PEER_WAIT = 5.0
"""Seconds an edit waits for a peer's lock."""
ABANDONED_AFTER = 20.0
"""Seconds a dead process's lock must have stayed the same before we call it left behind."""
_TOKEN_BYTES = 200
_FIRST_PAUSE, _LONGEST_PAUSE = 0.004, 0.05


@contextmanager
def board_lock(folder: Folder, *, wait: float) -> Iterator[None]:
    """Hold our own lock on a plan; the kernel frees it when a process dies. Raises Busy after ``wait`` s."""
    fd = _lock_at_once(folder)
    if fd is None:
        with _waited_lock(folder, wait):
            yield
        return
    try:
        yield
    finally:
        os.close(fd)


def _lock_at_once(folder: Folder) -> int | None:
    """Take the kernel's lock if nobody holds it; the descriptor's end is the lock's end.

    The same flock as filelock takes. Importing filelock costs an agent's command twice the start of Python,
    so it is imported only by those that have to wait.
    """
    fd = folder.open_or_make(BOARD_LOCK, new_mode(folder))
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return None
    except OSError as error:
        os.close(fd)
        raise storage_failed(error, "lock", folder.path) from error
    return fd


@contextmanager
def _waited_lock(folder: Folder, wait: float) -> Iterator[None]:
    from filelock import FileLock, Timeout  # noqa: PLC0415 - see above

    path = f"{folder.path}/{BOARD_LOCK}"
    lock = FileLock(path, timeout=wait, poll_interval=0.001, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        message = f"Another program has been writing {folder.namespace} for {wait:.0f} s"
        raise Busy(message) from None
    except OSError as error:
        raise storage_failed(error, "lock", folder.path) from error
    try:
        yield
    finally:
        lock.release()


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
        if self.modified_ns < _started_ns():
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
        """Seconds since the file was written, by the wall clock."""
        return time.time() - self.modified_ns / 1e9


def _started_ns() -> int:
    """Say when the machine started, by the wall clock, ns; 0 where the system does not tell."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return 0
    return time.time_ns() - time.clock_gettime_ns(time.CLOCK_BOOTTIME)


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
    return PeerLock(token, facts.st_dev, facts.st_ino, facts.st_mtime_ns, facts.st_size)


def _unread(folder: Folder) -> PeerLock | None:
    """Describe a lock of another user of the group: peers make it 0600, so who holds it is not told."""
    facts = folder.stat(PEER_LOCK)
    if facts is None:
        return None
    return PeerLock("", facts.st_dev, facts.st_ino, facts.st_mtime_ns, facts.st_size)


def new_token(at: int) -> str:
    """Make a token in the peers' form: ``<pid>-<ms>-<8 hex>``."""
    return f"{os.getpid()}-{at}-{os.urandom(4).hex()}"


@contextmanager
def peer_lock(folder: Folder, token: str, *, wait: float = PEER_WAIT) -> Iterator[None]:
    """Hold the peers' lock with our token; raises Busy saying who holds it and for how long."""
    deadline = time.monotonic() + wait
    pause = _FIRST_PAUSE
    while not _create(folder, token):
        held = look(folder)
        if time.monotonic() >= deadline:
            raise _busy(folder, held, wait)
        if held is not None:
            time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter, no secret
            pause = min(pause * 1.6, _LONGEST_PAUSE)
    try:
        yield
    finally:
        with suppress(StorageFailed):  # the next writer finds our token in the mark and removes it
            remove_if_ours(folder, token)


def is_ours(folder: Folder, token: str) -> bool:
    """Tell whether the lock on disk is the one we made."""
    held = look(folder)
    return held is not None and held.token == token


def remove_if_ours(folder: Folder, token: str) -> bool:
    """Remove the lock if its token is exactly ours, which nobody else ever writes."""
    if not token or not is_ours(folder, token):
        return False
    try:
        os.unlink(PEER_LOCK, dir_fd=folder.fd)
    except OSError as error:
        raise storage_failed(error, "unlock", folder.path) from error
    return True


def refuse_live(folder: Folder, seen: PeerLock) -> None:
    """Raise Busy when the lock's process lives, or when it cannot be known."""
    if seen.holder_lives:
        who = f"process {seen.pid}" if seen.pid else "a program that did not say which process it is"
        message = f"plan.json of {folder.namespace} is locked by {who}, which may be alive"
        raise Busy(message, advice="Wait for it, or end that process first.")


def remove_abandoned(folder: Folder, seen: PeerLock) -> bool:
    """Remove a lock a person gave up on: renamed aside, looked at again, put back if it is another one."""
    aside = f".lock-{os.urandom(4).hex()}.tmp"
    try:
        os.rename(PEER_LOCK, aside, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
        facts = os.stat(aside, dir_fd=folder.fd, follow_symlinks=False)
        dead = (facts.st_dev, facts.st_ino, facts.st_mtime_ns) == (seen.device, seen.inode, seen.modified_ns)
        if not dead:
            os.link(aside, PEER_LOCK, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
        os.unlink(aside, dir_fd=folder.fd)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise storage_failed(error, "unlock", folder.path) from error
    return dead


def _create(folder: Folder, token: str) -> bool:
    """Make the lock with its token already in it: one cut short before its token would be nobody's."""
    if folder.stat(PEER_LOCK) is not None:
        return False
    try:
        with drafted(folder, token.encode()) as draft:
            os.link(draft, PEER_LOCK, src_dir_fd=folder.fd, dst_dir_fd=folder.fd)
    except FileExistsError:
        return False
    except OSError as error:
        raise storage_failed(error, "lock", folder.path) from error
    return True


def _busy(folder: Folder, held: PeerLock | None, wait: float) -> Busy:
    who = f"process {held.pid}" if held and held.pid else "another program"
    age = f", for {held.held_for():.0f} s" if held else ""
    message = f"plan.json of {folder.namespace} is locked by {who}{age}; waited {wait:.0f} s"
    advice = "Nothing was changed. Try again in a few seconds."
    if held and not held.holder_lives:
        advice = f"That process has ended. Remove its lock with `planboard unlock {folder.namespace}`."
    return Busy(message, advice=advice)


def _not_regular(folder: Folder) -> StorageFailed:
    return StorageFailed(
        f"Lock path is not a regular file: {folder.path}/{PEER_LOCK}",
        advice="Nothing was changed. Remove what stands in the lock's place.",
    )
