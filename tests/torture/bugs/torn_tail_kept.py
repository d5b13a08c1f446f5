"""A line is added behind whatever stands at the end, and be it half a line of somebody who died."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plans.store import journal
from tests.torture.patching import put

if TYPE_CHECKING:
    from plans.store.paths import Folder


def install() -> None:
    real = journal._append

    def append(fd: int, folder: Folder, data: bytes, *, at: int, flushed: tuple[int, ...]) -> os.stat_result:
        return real(fd, folder, data, at=max(at, os.fstat(fd).st_size), flushed=flushed)

    put(journal, "_append", append)
