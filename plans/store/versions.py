"""Which version of a file one has seen: what tells it from the next."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import os

_SETTLED_NS = 2_000_000_000
"""A file younger than this may change without a new time: clocks of file systems are coarse."""

type StatKey = tuple[int, int, int, int, int]


class Version(NamedTuple):
    """One version of a file: its stat, None where there is no such file, and its bytes."""

    key: StatKey | None
    data: bytes

    def is_file(self, facts: os.stat_result) -> bool:
        """Tell whether this is the file, unchanged; a rename alone, which sets the ctime, is no change."""
        found = (facts.st_dev, facts.st_ino, facts.st_mtime_ns, facts.st_size)
        return self.key is not None and found == (*self.key[:3], self.key[4])


def stat_key(facts: os.stat_result) -> StatKey:
    """Give what tells one version of a file from the next."""
    return (facts.st_dev, facts.st_ino, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_size)


def is_settled(modified_ns: int) -> bool:
    """Tell whether a file is so old that every change would show in its times."""
    return time.time_ns() - modified_ns > _SETTLED_NS
