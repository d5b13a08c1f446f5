"""The lock of the library proper-lockfile: a folder that whoever made it keeps touching.

Its rules: to make the folder is to hold the lock; the holder sets its time every 5 s; one that was not
touched for 10 s is nobody's any more. We hold it for far less than 5 s, so ours is never touched again.
"""

from __future__ import annotations

import os
import random
import stat
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from plans.domain.errors import Busy, StorageFailed
from plans.store.paths import storage_failed

if TYPE_CHECKING:
    from collections.abc import Iterator

STALE_SECONDS = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.004, 0.05


@contextmanager
def locked(folder: str, name: str, *, what: str, wait: float) -> Iterator[str]:
    """Hold the lock; yields what tells ours from others. Raises Busy after ``wait`` s, StorageFailed."""
    path = f"{folder}/{name}"
    deadline = time.monotonic() + wait
    pause = _FIRST_PAUSE
    while (identity := _made(path)) is None:
        if _taken_from_the_dead(path):
            continue
        if time.monotonic() >= deadline:
            message = f"Another program has locked {what} for longer than {wait:.0f} s"
            raise Busy(message)
        time.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 - jitter, no secret
        pause = min(pause * 1.6, _LONGEST_PAUSE)
    try:
        yield identity
    finally:
        if not _released(path, identity):
            _released(path, identity)  # a disk may fail once; else it is nobody's after 10 s


def _released(path: str, identity: str) -> bool:
    """Give the lock back, if it is still ours; False where the disk refuses."""
    try:
        if _identity(path) == identity:
            os.rmdir(path)  # noqa: PTH106 - as everywhere here: pathlib is not imported
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def release_leftover(folder: str, name: str, identity: str) -> None:
    """Remove the lock if it is exactly the one a dead process of ours held."""
    _released(f"{folder}/{name}", identity)


def _made(path: str) -> str | None:
    """Make the lock, and give what tells it from others; None where there is one. Raises StorageFailed."""
    try:
        os.mkdir(path)  # noqa: PTH102
    except FileExistsError:
        return None
    except OSError as error:
        raise storage_failed(error, "lock", path) from error
    try:
        os.utime(path)
        return _identity(path)
    except OSError as error:
        with suppress(OSError):
            os.rmdir(path)  # noqa: PTH106
        raise storage_failed(error, "lock", path) from error


def _taken_from_the_dead(path: str) -> bool:
    """Remove a lock that nobody touched for longer than its rules allow, and nothing younger.

    It is moved aside first and looked at again, so that of several that find it stale one removes it and
    none removes the next holder's.
    """
    try:
        facts = os.stat(path, follow_symlinks=False)  # noqa: PTH116
        _refuse_no_folder(path, facts)
        if time.time() - facts.st_mtime <= STALE_SECONDS:
            return False
        _refuse_filled(path)
        aside = f"{path}-{os.urandom(4).hex()}.tmp"
        os.rename(path, aside)  # noqa: PTH104
        moved = os.stat(aside, follow_symlinks=False)  # noqa: PTH116
        if (moved.st_ino, moved.st_mtime_ns) != (facts.st_ino, facts.st_mtime_ns):
            os.rename(aside, path)  # noqa: PTH104
            return False
        os.rmdir(aside)  # noqa: PTH106
    except FileNotFoundError:
        return True
    except OSError as error:
        raise storage_failed(error, "unlock", path) from error
    return True


def _refuse_no_folder(path: str, facts: os.stat_result) -> None:
    """Refuse what no program that knows the lock has made: it would stand there for ever."""
    if not stat.S_ISDIR(facts.st_mode):
        raise _strange(path, "is not a folder")


def _refuse_filled(path: str) -> None:
    """Refuse to remove a folder that somebody keeps something in."""
    if os.listdir(path):  # noqa: PTH208
        raise _strange(path, "is a folder that holds something")


def _strange(path: str, what: str) -> StorageFailed:
    advice = "Nothing was changed. Remove what stands in the lock's place."
    return StorageFailed(f"What stands where a lock is made {what}: {path}", advice=advice)


def _identity(path: str) -> str:
    facts = os.stat(path, follow_symlinks=False)  # noqa: PTH116
    return f"{facts.st_dev}:{facts.st_ino}:{facts.st_mtime_ns}"
