"""Since when this process has seen the same peers' lock, by a clock that nobody can set."""

from __future__ import annotations

import math
from time import monotonic
from typing import TYPE_CHECKING

from plans.domain.errors import Busy

if TYPE_CHECKING:
    from plans.store.peer_lock import PeerLock

QUIET_SECONDS = 20.0
"""How long a lock must stand unchanged before it counts as left behind. Its process being dead here is not
enough: in another container the same number may be alive."""


class StandsTooShortly(Busy):
    """A dead program's lock is not yet known to be left behind."""

    def __init__(self, namespace: str, lock: PeerLock, left: int) -> None:
        """``left`` is how many seconds it must still stand unchanged."""
        super().__init__(
            f"The lock of process {lock.pid} on {namespace} is removed after "
            f"{QUIET_SECONDS:.0f} s without change",
            advice=f"Nothing was changed. Try again in {left} s.",
        )
        self.left = left

    def facts(self) -> dict[str, object]:
        """Say when to try again, s."""
        return {"retry_after": self.left}


class LockWatch:
    """The locks this process has met, by namespace."""

    def __init__(self) -> None:
        self._met: dict[str, tuple[PeerLock, float]] = {}

    def meet(self, namespace: str, lock: PeerLock | None) -> float:
        """Take note of a lock; tells for how many seconds this very one has been there."""
        now = monotonic()
        if lock is None:
            self._met.pop(namespace, None)
            return 0.0
        before = self._met.get(namespace)
        if before is None or before[0] != lock:
            self._met[namespace] = (lock, now)
            return 0.0
        return now - before[1]

    def refuse_young(self, namespace: str, lock: PeerLock) -> None:
        """Raise StandsTooShortly until this very lock has been seen for long enough."""
        left = math.ceil(QUIET_SECONDS - self.meet(namespace, lock))
        if left > 0:
            raise StandsTooShortly(namespace, lock, left)
