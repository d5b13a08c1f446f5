"""One line that tells how far something is; where nobody looks, a line from time to time."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

_WIDTH = 30
_EVERY = 30.0
"""Seconds between two lines where the output is no terminal."""


class Bar:
    """A progress bar for one piece of work."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._told = 0.0
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        self.tell(0.0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.stdout.write("\n" if sys.stdout.isatty() else "")

    def tell(self, part: float, words: str = "") -> None:
        """Say how much is done, 0 to 1."""
        part = min(part, 1.0)
        now = time.monotonic()
        filled = "█" * round(part * _WIDTH)
        line = f"{self.title} {filled:░<{_WIDTH}} {part:4.0%} {now - self._started:5.0f} s  {words}"
        if sys.stdout.isatty():
            sys.stdout.write(f"\r\x1b[K{line[:150]}")
        elif now - self._told >= _EVERY or part >= 1:
            self._told = now
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
