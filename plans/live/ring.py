"""What changed lately in an open plan, so that a page that was away for a while gets only that."""

from __future__ import annotations

from collections import deque
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.domain.revision import Line

REVISIONS = 1_000
SECONDS = 600.0


class Entry(NamedTuple):
    """What led from one revision to a later one."""

    before: int
    rev: int
    at: float
    """When it was heard of, on the monotonic clock."""
    numbers: frozenset[int]
    """The steps whose cards look different since, removed ones included."""
    lines: Sequence[Line] = ()
    """The revisions themselves, as far as they are known."""


class Ring:
    """The last 1,000 revisions or 10 minutes of one plan; the entries follow each other without a gap."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()

    def add(self, entry: Entry) -> None:
        """Take in the newest change and let go of the oldest."""
        self._entries.append(entry)
        while self._entries and self._is_old(self._entries[0], entry):
            self._entries.popleft()

    def since(self, rev: int) -> list[Entry] | None:
        """List what came after a revision, oldest first; None when nobody can say.

        That is so when it is too long ago, and within an entry: what changed before and back again after, as
        a step that was added and removed, differs for whoever has seen it, and not from end to end.
        """
        found = list(takewhile(lambda entry: entry.rev > rev, reversed(self._entries)))
        if not found or found[-1].before != rev:
            return None
        return found[::-1]

    @staticmethod
    def _is_old(entry: Entry, newest: Entry) -> bool:
        return entry.before < newest.rev - REVISIONS or entry.at < newest.at - SECONDS


def numbers(entries: Iterable[Entry]) -> frozenset[int]:
    """Name every step that some entry changed."""
    return frozenset().union(*(entry.numbers for entry in entries))
