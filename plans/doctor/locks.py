"""Who holds what, and since when: our own locks, which the kernel frees, and those of the peers."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from plans.doctor.finding import advice, broken, counted, shell, well
from plans.domain.errors import PlanError
from plans.store.paths import BOARD_LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.doctor.finding import Finding
    from plans.doctor.place import Place
    from plans.store.peer_lock import PeerLock

WORKER_LOCK: Final = "sync.lock"
"""What the worker of a mirror holds (plans/sync/standby.py)."""
_LONG_SECONDS: Final = 2.0
"""Before the commit an edit that held the peers' lock so long gives up; nothing of ours holds one longer."""


class Holder(NamedTuple):
    """Who holds a lock; the number is 0 where the system does not tell."""

    pid: int

    def __str__(self) -> str:
        return f"process {self.pid}" if self.pid else "a process that is not seen from here"


def worker(place: Place) -> Holder | None:
    """Tell who copies this home's plans into the mirror; None: nobody runs."""
    return held_by(f"{place.home}/{WORKER_LOCK}")


def board(place: Place) -> Iterator[Finding]:
    """Say whether a board runs here."""
    if not place.is_in_file:
        yield well("board", "the worker's lock is in the database; /healthz tells whether it runs")
        return
    holder = worker(place)
    yield well("board", "no board runs on this home" if holder is None else f"runs as {holder}")


def locks(place: Place) -> Iterator[Finding]:
    """Look at the locks of every plan."""
    found = [finding for name in place.own for finding in (*_ours(place, name), *_peers(place, name))]
    yield from found or [well("locks", f"none is held on {counted(len(place.own), 'plan')}")]


def _ours(place: Place, name: str) -> Iterator[Finding]:
    path = f"{place.root}/{name}/{BOARD_LOCK}"
    holder = held_by(path)
    if holder is None:
        return
    since = _seconds_since(_text(path), place.now)
    held = f" for {since:.0f} s" if since is not None else ""
    if since is not None and since > _LONG_SECONDS:
        do = "It stopped while it was saving. Let it go on, or end it: what it was told is saved stays saved."
        command = shell("kill", "-CONT", str(holder.pid)) if holder.pid else ""
        yield broken("locks", f"{holder} has been writing {name}{held}", do=do, command=command)
    else:
        yield well("locks", f"{holder} is writing {name}{held}")


def _peers(place: Place, name: str) -> Iterator[Finding]:
    try:
        lock = place.store.peer_lock(name)
    except PlanError as refused:
        yield broken("locks", refused.message, do=refused.advice)
        return
    if lock is None:
        return
    who = f"process {lock.pid}" if lock.pid else "a program that does not say which"
    age = place.now / 1e3 - lock.modified_ns / 1e9
    if not lock.holder_lives:
        do = "That process has ended. Nothing that peers see is saved until its lock is gone."
        message = f"the lock of {who} on {name} was left behind {max(age, 0):.0f} s ago"
        yield broken("locks", message, do=do, command=_unlock(place, name))
    elif age < -_LONG_SECONDS:
        do = "Its clock was ahead, so no program ever takes it for old. If its process has ended, remove it."
        message = f"the lock of {who} on {name} is from {-age:.0f} s in the future"
        yield broken("locks", message, do=do, command=_unlock(place, name))
    elif age > _LONG_SECONDS:
        yield _stuck(lock, f"{who} has held the lock on {name} for {age:.0f} s")
    else:
        yield well("locks", f"{who} is writing {name}")


def _stuck(lock: PeerLock, message: str) -> Finding:
    do = "It may be stopped or hang. Look at it; while it holds the lock, edits of this plan are refused."
    command = shell("ps", "-o", "pid,stat,etime,args", "-p", str(lock.pid)) if lock.pid else ""
    return advice("locks", message, do=do, command=command)


def _unlock(place: Place, name: str) -> str:
    return shell("planboard", "unlock", name, "--root", place.root)


def held_by(path: str) -> Holder | None:
    """Ask the kernel who holds a file's lock. The question itself holds a shared one for microseconds."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return Holder(_pid(os.fstat(fd).st_ino))
    except OSError:
        return None
    else:
        return None
    finally:
        os.close(fd)


def _pid(inode: int) -> int:
    """Find who locked a file; the number of its device is another one on some file systems."""
    with suppress(OSError, ValueError, IndexError), open("/proc/locks", encoding="ascii") as table:  # noqa: PTH123
        for line in table:
            words = line.split()
            if words[1] == "FLOCK" and words[3] == "WRITE" and words[5].endswith(f":{inode}"):
                return max(int(words[4]), 0)
    return 0


def _text(path: str) -> str:
    with suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
        return file.read(200)
    return ""


def _seconds_since(token: str, now: int) -> float | None:
    """Read when a writer of ours began: its token is ``<pid>-<ms>-<8 hex>``."""
    parts = token.split("-")
    return (now - int(parts[1])) / 1000 if len(parts) == 3 and parts[1].isdecimal() else None  # noqa: PLR2004
