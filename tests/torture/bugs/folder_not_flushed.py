"""A new journal is flushed and its folder is not: a loss of power takes the file's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.store import journal
from tests.torture.patching import put

if TYPE_CHECKING:
    import os

    from plans.store.paths import Folder


def install() -> None:
    real = journal._append

    def append(fd: int, folder: Folder, data: bytes, *, at: int, flushed: tuple[int, ...]) -> os.stat_result:
        return real(fd, folder, data, at=at, flushed=flushed[:1])

    put(journal, "_append", append)
