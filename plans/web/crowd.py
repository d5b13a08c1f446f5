"""How many sockets this process keeps open: so many of one person, so many at all."""

from __future__ import annotations

from collections import Counter
from threading import Lock
from typing import Final

from plans.django_wiring import environment

EACH: Final = 20
"""Sockets of one person; a page has one or two, so that is a browser full of boards."""
ALL: Final = 200


class Crowd:
    """Counts who is in. A page that finds no room asks over HTTP now and then, and tries again."""

    def __init__(self, *, each: int = EACH, most: int = ALL) -> None:
        self._each, self._most = each, most
        self._inside: Counter[int] = Counter()
        self._lock = Lock()

    def enter(self, person: int) -> bool:
        """Let one more socket of a person in, if there is room."""
        with self._lock:
            if self._inside[person] >= self._each or self._inside.total() >= self._most:
                return False
            self._inside[person] += 1
            return True

    def leave(self, person: int) -> None:
        """Make room again."""
        with self._lock:
            self._inside[person] -= 1
            self._inside += Counter()  # forgets who has none

    def count(self) -> int:
        """Tell how many are in."""
        with self._lock:
            return self._inside.total()


CROWD: Final = Crowd(each=environment().sockets_each, most=environment().sockets_all)
"""Everybody at this process."""
