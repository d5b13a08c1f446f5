"""A journal line is acknowledged when it is in memory; the next one takes it to the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.store import journal
from tests.torture.patching import put

if TYPE_CHECKING:
    from plans.store.paths import Folder


def install() -> None:
    real, waiting = journal.append, list[tuple[bytes, int]]()

    def append(folder: Folder, data: bytes, *, at: int) -> int:
        for earlier, place in waiting:
            real(folder, earlier, at=place)
        waiting[:] = [(data, at)]
        return at + len(data)

    put(journal, "append", append)
