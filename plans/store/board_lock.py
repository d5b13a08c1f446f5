"""Our own lock on a plan, among all processes of ours: the kernel's, so that no death leaves it behind."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from plans.domain.errors import Busy
from plans.store.atomic_write import new_mode
from plans.store.paths import BOARD_LOCK, Folder, storage_failed

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def board_lock(folder: Folder, *, wait: float) -> Iterator[None]:
    """Hold our own lock on a plan; the kernel frees it when a process dies. Raises Busy after ``wait`` s."""
    fd = _lock_at_once(folder)
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
