"""What stood in the files of a list that we removed, kept beside its journal: a step may come back."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from plans.store.atomic_write import replace_file
from plans.store.paths import storage_failed

if TYPE_CHECKING:
    from plans.store.paths import Folder


class Removed:
    """The files that were removed, in the folder of the list's journal."""

    def __init__(self, folder: Folder, *, limit: int) -> None:
        """``limit`` is the most bytes that a file has."""
        self._folder, self._limit = folder, limit

    def keep(self, name: str, data: bytes) -> None:
        """Write down what a file says, durably, before it is removed. Raises StorageFailed."""
        replace_file(self._folder, _kept(name), data)
        try:
            os.fsync(self._folder.fd)
        except OSError as error:
            raise storage_failed(error, "write", self._folder.path) from error

    def read(self, name: str) -> bytes | None:
        """Give what a file said; None when it was never removed. Raises FileRefused, StorageFailed."""
        found = self._folder.read(_kept(name), self._limit)
        return found[0] if found is not None else None

    def forget(self, name: str) -> None:
        """Drop what a file said that is back; the next removal writes over what cannot be dropped."""
        with suppress(OSError):
            os.unlink(_kept(name), dir_fd=self._folder.fd)


def _kept(name: str) -> str:
    return f"removed-{name}"
