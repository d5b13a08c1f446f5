"""Who changes one plan waits in line for it: the first to come is the next to go.

The plan's lock keeps processes apart; threads that all tried for it at once would spend their time on that,
and one of fifty might try in vain for seconds.
"""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from threading import Event, Lock
from typing import TYPE_CHECKING, Final

from plans.domain.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE: Final = 25.0
"""Seconds; no request waits longer, whatever for."""


class Turns:
    """The lines of this process, one for each plan that is being changed."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[Event]] = {}
        self._lock = Lock()

    @contextmanager
    def turn(self, namespace: str, *, patience: float = PATIENCE) -> Iterator[None]:
        """Wait in line, and let the next one go afterwards. Raises Busy."""
        self._join(namespace, patience)
        try:
            yield
        finally:
            self._leave(namespace)

    def _join(self, namespace: str, patience: float) -> None:
        called = Event()
        with self._lock:
            line = self._lines.get(namespace)
            if line is None:  # nobody is at work: go ahead
                self._lines[namespace] = deque()
                return
            line.append(called)
        if called.wait(patience):
            return
        with self._lock:
            if called.is_set():  # at the last moment
                return
            line.remove(called)
        raise Busy(f"Too many change {namespace} at once")

    def _leave(self, namespace: str) -> None:
        with self._lock:
            line = self._lines[namespace]
            if line:
                line.popleft().set()
            else:
                del self._lines[namespace]
