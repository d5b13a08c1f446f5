"""Whether the system lets the board hear of changes at once: inotify's limits against what is needed."""

from __future__ import annotations

import os
import resource
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from plans.doctor.finding import advice, shell, well
from plans.doctor.locks import worker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.doctor.finding import Finding
    from plans.doctor.place import Place

_LIMITS: Final = "/proc/sys/fs/inotify"
_INSTANCES: Final = 2
"""One for the root, one for the lists of other programs."""
_ROOM: Final = 1.2
"""Plans come: a fifth more than there are now should fit."""
_FILES: Final = 4_096
"""Each open page, and each wait of an agent, is one open file."""
_LATE: Final = "Raise the limit; until then changes are found every 2 s instead of at once."


class Used(NamedTuple):
    """What this user's processes hold."""

    instances: int
    watches: int


def watches(place: Place) -> Iterator[Finding]:
    """Compare what the kernel allows this user with what the board needs."""
    most, instances = _limit("max_user_watches"), _limit("max_user_instances")
    if not most or not instances:
        yield well("watches", "this system has no limits of inotify")
        return
    needed, used, runs = _needed(place), used_by(place.uid), worker(place) is not None
    elsewhere = used.watches - min(needed, used.watches) if runs else used.watches
    message = f"{needed:,} folders to watch; {most:,} watches allowed, {used.watches:,} used by this user"
    if most - elsewhere < needed * _ROOM:
        more = 1 << max(16, int((elsewhere + needed) * 2 - 1).bit_length())
        yield advice("watches", message, do=_LATE, command=_sysctl("max_user_watches", more))
    else:
        yield well("watches", message)
    if not runs and instances - used.instances < _INSTANCES:
        message = f"{used.instances} of {instances} watchers (inotify instances) are used by this user"
        command = _sysctl("max_user_instances", max(512, instances * 4))
        yield advice("watches", message, do=_LATE, command=command)


def open_files(_place: Place) -> Iterator[Finding]:
    """Look how many files one process may have open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if not 0 <= soft < _FILES:
        shown = f"{soft:,}" if soft >= 0 else "any number of"
        yield well("open files", f"one process may have {shown} files open")
        return
    message = f"one process may have {soft:,} files open: that is how many pages and waits fit"
    do = "Raise it where the board is started, or with LimitNOFILE= in its unit, if more people look."
    more = _FILES if hard < 0 else min(hard, _FILES)
    yield advice("open files", message, do=do, command=shell("ulimit", "-n", str(more)))


def used_by(uid: int) -> Used:
    """Count a user's watches, as far as this one may look."""
    instances = found = 0
    for process in _processes(uid):
        with suppress(OSError):
            for name in os.listdir(f"{process}/fd"):  # noqa: PTH208
                if os.readlink(f"{process}/fd/{name}") == "anon_inode:inotify":  # noqa: PTH115
                    instances += 1
                    found += _watches(f"{process}/fdinfo/{name}")
    return Used(instances, found)


def _processes(uid: int) -> Iterator[str]:
    for name in os.listdir("/proc"):  # noqa: PTH208
        with suppress(OSError):
            if name.isdecimal() and os.stat(f"/proc/{name}").st_uid == uid:  # noqa: PTH116
                yield f"/proc/{name}"


def _watches(path: str) -> int:
    with open(path, encoding="ascii", errors="replace") as facts:  # noqa: PTH123
        return sum(line.startswith("inotify ") for line in facts)


def _needed(place: Place) -> int:
    """Count folders: the root, the heartbeats, one a plan; two for each source and each of its lists."""
    lists = len(place.namespaces) - len(place.own)
    return 2 + len(place.own) + 2 * (lists + len(place.store.sources()))


def _limit(name: str) -> int:
    with suppress(OSError, ValueError), open(f"{_LIMITS}/{name}", encoding="ascii") as limit:  # noqa: PTH123
        return int(limit.read())
    return 0


def _sysctl(name: str, number: int) -> str:
    return shell("sudo", "sysctl", "-w", f"fs.inotify.{name}={number}")
