"""Our own lock on a plan, among all processes of ours: the kernel's, so that no death leaves it behind."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from plans.domain.errors import Busy
from plans.store.atomic_write import new_mode
from plans.store.paths import BOARD_LOCK, Folder, storage_failed

if TYPE_CHECKING:
    from collections.abc import Iterator


_SHORT_WAIT: Final = 0.25
"""Seconds. A change takes a few ms: where many write at once, everybody's turn comes within this."""
_FIRST_LOOK: Final = 0.001
_LOOK_EVERY: Final = 0.008
"""Seconds. Where many wait, some one looks far more often; they must not take the CPU from who writes."""


@contextmanager
def board_lock(folder: Folder, *, wait: float) -> Iterator[None]:
    """Hold our own lock on a plan; the kernel frees it when a process dies. Raises Busy after ``wait`` s."""
    fd = _lock_soon(folder, min(wait, _SHORT_WAIT))
    if fd is None:
        with _waited_lock(folder, wait):
            yield
        return
    folder.lock_fd = fd
    try:
        yield
    finally:
        folder.lock_fd = None
        os.close(fd)


def _lock_soon(folder: Folder, seconds: float) -> int | None:
    """Take the kernel's lock if it is free, or soon; the descriptor's end is the lock's end.

    The same flock as filelock takes (docs/decisions/free-lock.md says why it is not asked at once).
    """
    fd = folder.open_or_make(BOARD_LOCK, new_mode(folder))
    is_ours = False
    try:
        is_ours = _taken(fd, time.monotonic() + seconds)
    except OSError as error:
        raise storage_failed(error, "lock", folder.path) from error
    finally:
        if not is_ours:
            os.close(fd)
    return fd if is_ours else None


def _taken(fd: int, deadline: float) -> bool:
    pause = _FIRST_LOOK
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(pause)
            pause = min(2 * pause, _LOOK_EVERY)
        else:
            return True


@contextmanager
def _waited_lock(folder: Folder, wait: float) -> Iterator[None]:
    from filelock import FileLock, Timeout  # noqa: PLC0415 - start-up time: few calls wait for long

    path = f"{folder.path}/{BOARD_LOCK}"
    left = max(0.0, wait - _SHORT_WAIT)
    lock = FileLock(path, timeout=left, poll_interval=_LOOK_EVERY, fallback_to_soft=False)
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
