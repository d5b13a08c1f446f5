"""Keeps the live sample moving: one thread of this process, as long as there is something to play."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from plans.actions.sample import play

if TYPE_CHECKING:
    from plans.actions.desk import Desk

PACE: Final = 0.6
"""Seconds between two moves: the sample moves at once, and asks within ten seconds."""
LONGEST: Final = 60 * 60.0
"""Seconds after which it rests, whatever is left; opening the sample again wakes it."""


class Player:
    """Plays the sample; starting it twice plays it once."""

    def __init__(self, *, pace: float = PACE) -> None:
        self._pace = pace
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_playing(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, desk: Desk) -> None:
        """Play, unless it is played already. The thread ends with the process."""
        with self._lock:
            if self.is_playing:
                return
            self._ended.clear()
            self._thread = threading.Thread(target=self._run, args=(desk,), name="sample", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End it, and wait until it has ended."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, desk: Desk) -> None:
        for turn in range(int(LONGEST / self._pace)):
            if self._ended.wait(self._pace) or not play(desk, turn):
                return


PLAYER: Final = Player()
