"""Numbers that a process keeps of itself: what is added up, what is now, and how long things took.

Keeping them costs the hot path a lock that nobody holds and an addition; how they are written out is
``plans/web/metrics_page.py``'s, which is loaded with the first question.
"""

from __future__ import annotations

from bisect import bisect_left
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

type Words = tuple[str, ...]

OTHER: Final = "other"
"""What stands for every word that is not one of the closed ones."""


class Counter:
    """Counts up for as long as the process runs, by words of a closed set; from any thread."""

    def __init__(self, name: str, about: str, *, labels: Words = ()) -> None:
        self.name, self.about, self.labels = name, about, labels
        self._lock = Lock()
        self._counts: dict[Words, int] = {} if labels else {(): 0}

    def add(self, *words: str, number: int = 1) -> None:
        """Count some more; one word for each label."""
        with self._lock:
            self._counts[words] = self._counts.get(words, 0) + number

    @property
    def total(self) -> int:
        """What a counter without labels has."""
        return self._counts[()]

    def read(self) -> Mapping[Words, int]:
        """Give the counts by their words."""
        with self._lock:
            return dict(self._counts)


class Gauge:
    """What is now: read when somebody asks, from whoever knows."""

    def __init__(self, name: str, about: str, *, label: str = "") -> None:
        self.name, self.about, self.label = name, about, label
        self._sources: dict[str, Callable[[], float]] = {}

    def follow(self, source: Callable[[], float], *, word: str = "") -> None:
        """Let ``source`` answer from now on; it must be quick, and may be asked from any thread."""
        self._sources[word] = source

    def read(self) -> Mapping[str, float]:
        """Ask every source."""
        return {word: source() for word, source in tuple(self._sources.items())}


class Spread(NamedTuple):
    """What a histogram has seen, s."""

    bounds: tuple[float, ...]
    """The upper bounds of the buckets, each included."""
    counts: tuple[int, ...]
    """How many fell into each bucket, not added up; the last one has no bound."""
    total: float
    """The sum of all that was seen."""


class Histogram:
    """How long something took, s; from any thread."""

    def __init__(self, name: str, about: str, *, bounds: tuple[float, ...]) -> None:
        self.name, self.about, self._bounds = name, about, bounds
        self._lock = Lock()
        self._counts = [0] * (len(bounds) + 1)
        self._total = 0.0

    def observe(self, seconds: float) -> None:
        """Take one more into account; a clock that was set back makes no negative time."""
        seconds = max(seconds, 0.0)
        bucket = bisect_left(self._bounds, seconds)
        with self._lock:
            self._counts[bucket] += 1
            self._total += seconds

    def read(self) -> Spread:
        """Give what was seen."""
        with self._lock:
            return Spread(self._bounds, tuple(self._counts), self._total)
