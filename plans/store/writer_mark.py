"""Our mark in ``.board.lock``: the token of the writer at work, until plan.json says what the journal says.

Whoever takes the board lock and finds a token knows that its writer died, so a ``.lock`` with exactly that
token is a leftover of ours, and that the last rewrite of plan.json may not have happened. At rest the mark
is the machine's boot id. The mark is never flushed to the disk, so after a power failure it proves nothing:
then the boot id is another one (or the mark is gone), and the rewrite counts as doubtful again.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING

from plans.domain.errors import StorageFailed
from plans.store import leftovers, peer_lock, peer_locking
from plans.store.paths import BOARD_LOCK, Folder, storage_failed

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK_BYTES = 200


class WriterMark:
    """Reads and writes the mark; needs the board lock."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._text = _read(folder)
        self._lock_is_gone = False

    @property
    def at_rest(self) -> bool:
        """Whether the last rewrite of plan.json is known to have ended."""
        return self._text == _rest()

    @property
    def token(self) -> str:
        """The token of the writer at work or of a dead one; empty at rest."""
        return "" if self.at_rest else self._text

    def clear_leftovers(self, displaced: str | None) -> None:
        """Remove the peers' lock and the drafts of a dead writer of ours.

        ``displaced`` is the sha256 of the plan.json that it meant to replace.
        """
        if self.at_rest:
            return
        peer_locking.remove_if_ours(self._folder, self.token)
        leftovers.clear_drafts(self._folder, displaced)

    def write(self, token: str) -> None:
        """Put our token there. Raises StorageFailed."""
        try:
            with self._opened() as fd:
                os.pwrite(fd, token.encode(), 0)
                if not self._text.isascii() or len(token) < len(self._text):
                    os.ftruncate(fd, len(token))
        except OSError as error:
            raise storage_failed(error, "write", f"{self._folder.path}/{BOARD_LOCK}") from error
        self._text, self._lock_is_gone = token, False

    def lock_is_gone(self) -> None:
        """Take note that the peers' lock with our token was given back."""
        self._lock_is_gone = True

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Give the file of the lock that is held; raises StorageFailed when somebody deleted it."""
        held = self._folder.lock_fd
        if held is not None and os.fstat(held).st_nlink:
            yield held
            return
        fd = self._folder.open(BOARD_LOCK, os.O_WRONLY) if held is None else None
        if fd is None:
            raise StorageFailed(f"{self._folder.path}/{BOARD_LOCK} was deleted while it was held")
        try:
            yield fd
        finally:
            os.close(fd)

    def rest(self) -> None:
        """Say that nothing is left to do; not while our lock stands, which the next writer then removes."""
        with suppress(StorageFailed):
            if self.at_rest:
                return
            if self._lock_is_gone or not peer_lock.is_ours(self._folder, self.token):
                self.write(_rest())


def writer_at_work(folder: Folder) -> bool:
    """Tell without any lock whether a rewrite of plan.json may be under way or unfinished."""
    return _read(folder) != _rest()


def _read(folder: Folder) -> str:
    if folder.lock_fd is not None:
        return _read_held(folder, folder.lock_fd)
    found = folder.read(BOARD_LOCK, _MARK_BYTES)
    return found[0].decode(errors="replace") if found else ""


def _read_held(folder: Folder, fd: int) -> str:
    try:
        return os.pread(fd, _MARK_BYTES, 0).decode(errors="replace")
    except OSError as error:
        raise storage_failed(error, "read", f"{folder.path}/{BOARD_LOCK}") from error


@cache
def _rest() -> str:
    """Name this boot of the machine; empty where the system does not tell."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:  # noqa: PTH123
            return file.read().strip()
    except OSError:
        return ""
