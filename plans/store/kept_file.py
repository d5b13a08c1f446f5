"""What stands beside a plan's journal while we hold its board lock: plan.json, or another program's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from plans.store.disk import Disk


class KeptFile(Protocol):
    """What both kinds can do for a held plan; made for one change and thrown away."""

    clock: Callable[[], int]
    """Gives ms since the epoch."""
    late: str
    """Why it cannot say yet what the journal says; empty when nothing stands in the way."""
    certain: bool
    """Whether our last writing is known to have ended, or not to be needed."""

    @property
    def disk(self) -> Disk:
        """What stood there at the last look."""
        ...

    def clear_leftovers(self, displaced: str | None) -> None:
        """Remove what a dead writer of ours left; ``displaced`` is what it meant to replace."""
        ...

    def look(self) -> bool:
        """Look at it; tells whether it says anything else than we knew."""
        ...

    def announce_rewrite(self) -> None:
        """Leave word that a writing is coming, unless there is such word."""
        ...

    def locked(self, *, wait: float) -> AbstractContextManager[float]:
        """Hold the lock of those who write it, too; yields when it was taken, s on the monotonic clock."""
        ...

    def replace(self, data: bytes) -> None:
        """Write it; where the disk refuses, ``late`` says so. Raises Overtaken."""
        ...

    def rest(self) -> None:
        """Leave the word that it says what the journal says, if it does."""
        ...
