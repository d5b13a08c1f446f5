"""Every call of the store to the system, counted, and one of them hit: the process dies there, or it fails.

``die``: the process ends before the call. ``tear``: half of a write is done, then it ends. ``power``: as
``die``, and what was written but not flushed to the disk is gone. An errno's name: the call fails with it,
once; with a ``+`` behind: all later calls that change something fail too.
"""

from __future__ import annotations

import errno
import fcntl
import os
import threading
from typing import TYPE_CHECKING

from plans.store import renaming

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

CHANGING = (
    "open", "write", "pwrite", "fsync", "ftruncate", "rename", "link", "unlink", "mkdir", "makedirs",
    "fchmod", "fchown", "swap", "place",
)  # fmt: skip
LOOKING = ("stat", "fstat", "read", "pread", "listdir", "scandir")
UNDOING = ("ftruncate", "unlink")
"""These give room back; a full disk lets them through."""
CRASHED = 42
_HOMES = {"flock": fcntl, "swap": renaming, "place": renaming}


def _home_of(name: str) -> ModuleType:
    return _HOMES.get(name, os)


class SystemCalls:
    """Counts the calls and hits the chosen one; ``names`` are those that were made."""

    def __init__(self, hit: int, how: str) -> None:
        self.hit, self.how, self.names = hit, how, list[str]()
        self._thread = threading.get_ident()
        self._real: dict[str, Callable[..., object]] = {}
        self._flushed: dict[tuple[int, int], tuple[int, int]] = {}
        self._on = True

    def install(self) -> None:
        """Take the place of the calls."""
        for name in (*CHANGING, *LOOKING, "flock"):
            self._real[name] = getattr(_home_of(name), name)
            setattr(_home_of(name), name, self._wrapped(name))

    def stop(self) -> None:
        """Let everything through from now on."""
        self._on = False

    def remove(self) -> None:
        """Give the calls back their places."""
        for name, real in self._real.items():
            setattr(_home_of(name), name, real)

    def _wrapped(self, name: str) -> Callable[..., object]:
        real = self._real[name]

        def call(*args: object, **named: object) -> object:
            if not self._on or threading.get_ident() != self._thread:
                return real(*args, **named)
            self.names.append(name)
            if self._is_hit(name, args):
                self._strike(name, real, args)
            if self.how == "power":
                self._remember(name, args)
            return real(*args, **named)

        return call

    def _is_hit(self, name: str, args: tuple[object, ...]) -> bool:
        number = len(self.names)
        if number <= self.hit or not self.how.endswith("+"):
            return number == self.hit
        changes = name in CHANGING and (name != "open" or bool(int(str(args[1])) & os.O_ACCMODE))
        return changes and not (self.how == "ENOSPC+" and name in UNDOING)

    def _strike(self, name: str, real: Callable[..., object], args: tuple[object, ...]) -> None:
        if self.how == "tear" and name in ("write", "pwrite"):
            fd, data, *rest = args
            real(fd, bytes(data)[: len(bytes(data)) // 2], *rest)  # type: ignore[call-overload]
        if self.how == "power":
            self._lose()
        if self.how in ("die", "tear", "power"):
            os._exit(CRASHED)
        number = getattr(errno, self.how.rstrip("+"))
        raise OSError(number, os.strerror(number))

    def _remember(self, name: str, args: tuple[object, ...]) -> None:
        """Keep, of each file that is being written, a descriptor and how much of it is safe on disk."""
        if name not in ("write", "pwrite", "ftruncate", "fsync"):
            return
        fd = int(str(args[0]))
        facts = self._real["fstat"](fd)
        file = (facts.st_dev, facts.st_ino)  # type: ignore[attr-defined]
        size = facts.st_size  # type: ignore[attr-defined]
        if name == "fsync":
            self._flushed[file] = (self._flushed.get(file, (os.dup(fd), 0))[0], size)
        elif file not in self._flushed:
            self._flushed[file] = (os.dup(fd), size)

    def _lose(self) -> None:
        for fd, size in self._flushed.values():
            if self._real["fstat"](fd).st_size > size:  # type: ignore[attr-defined]
                self._real["ftruncate"](fd, size)
            elif size == 0:
                self._real["ftruncate"](fd, 0)
