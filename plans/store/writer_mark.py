"""Our mark in ``.board.lock``: the token of the writer at work, until plan.json says what the journal says.

Whoever takes the board lock and finds a mark knows that its writer died, so a ``.lock`` with exactly that
token is a leftover of ours, and that the last rewrite of plan.json may not have happened.
"""

from __future__ import annotations

import os

from plans.store import lock
from plans.store.paths import BOARD_LOCK, Folder

_TOKEN_BYTES = 200


class WriterMark:
    """Reads and writes the mark; needs the board lock."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.token = self._read()

    def remove_leftover_lock(self) -> bool:
        """Remove the peers' lock of a dead writer of ours."""
        return lock.remove_if_ours(self._folder, self.token)

    def write(self, token: str) -> None:
        """Put the token there, or nothing to say that all is done."""
        fd = self._folder.open(BOARD_LOCK, os.O_WRONLY)
        if fd is None:
            return
        try:
            os.pwrite(fd, token.encode(), 0)
            os.ftruncate(fd, len(token))
        finally:
            os.close(fd)
        self.token = token

    def _read(self) -> str:
        found = self._folder.read(BOARD_LOCK, _TOKEN_BYTES)
        return found[0].decode(errors="replace") if found else ""


def writer_at_work(folder: Folder) -> bool:
    """Tell without any lock whether a rewrite of plan.json may be under way or unfinished."""
    facts = folder.stat(BOARD_LOCK)
    return facts is not None and facts.st_size > 0
