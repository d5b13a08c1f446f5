"""The peer's lock file, as v3 (#70031) and as v1 (#67542), with their faults: tests need the real thing."""

from __future__ import annotations

import os
import stat
import time
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from tests.peer.checking import PeerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.peer.merging import Version

_TRIES = 5


@contextmanager
def locked(
    folder: Path,
    *,
    version: Version = 3,
    sleep: Callable[[float], None] = time.sleep,
    alone: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Iterator[None]:
    """Hold ``.lock`` as the peer does: five tries, 0.2 to 1 s between them, 3 s in all.

    Two peers that find the same old lock can each remove it, the second one that of the first: a fault of
    theirs. Who wants to see ours alone lets them take old locks ``alone``.
    """
    path = folder / ".lock"
    token = f"{os.getpid()}-{time.time_ns() // 1_000_000}-{os.urandom(4).hex()}"
    _acquire(path, token, version, sleep, alone)
    try:
        yield
    finally:
        with suppress(OSError):
            if path.read_text(encoding="utf-8") == token:
                path.unlink()


def _acquire(
    path: Path,
    token: str,
    version: Version,
    sleep: Callable[[float], None],
    alone: Callable[[], AbstractContextManager[None]],
) -> None:
    taken = False
    for attempt in range(_TRIES):
        if _created(path, token, version):
            return
        with alone():
            while _is_stale(path, version):
                with suppress(FileNotFoundError):
                    path.unlink()
                taken = True
                if _created(path, token, version):
                    return
        sleep(0.2 * (attempt + 1))
    if taken and version == 3 and _created(path, token, version):
        return
    raise PeerError(f'Failed to acquire plan lock for namespace "{path.parent.name}" after 5 retries')


def _created(path: Path, token: str, version: Version) -> bool:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    flags |= os.O_NOFOLLOW if version == 3 else 0
    try:
        fd = os.open(path, flags, 0o600 if version == 3 else 0o666)
    except FileExistsError:
        return False
    try:
        os.write(fd, token.encode())
    except OSError as error:
        if version == 3:
            path.unlink()
        raise PeerError("Failed to write lock token") from error
    finally:
        os.close(fd)
    return True


def _is_stale(path: Path, version: Version) -> bool:
    try:
        return _is_stale_v1(path) if version == 1 else _is_stale_v3(path)
    except FileNotFoundError:
        return False


def _is_stale_v1(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > 10


def _is_stale_v3(path: Path) -> bool:
    facts = path.lstat()
    if not stat.S_ISREG(facts.st_mode):
        raise PeerError(f"Lock path is not a regular file: {path}")
    age = time.time() - facts.st_mtime
    if age <= 60:
        return False
    if _alive(path.read_text(encoding="utf-8", errors="replace")) and age <= 300:
        return False
    return path.lstat().st_mtime_ns <= facts.st_mtime_ns


def _alive(token: str) -> bool:
    head = token.partition("-")[0]
    pid = int(head) if head.isascii() and head.isdigit() else 0
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
