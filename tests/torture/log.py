"""A process's own log: each entry is one write, so that a kill loses at most the entry it cuts short."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import msgspec

from tests.torture.history import Answered, Asked, Event

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

_WRITE = msgspec.json.Encoder()


class Log:
    """Notes what its process asks and is told."""

    def __init__(self, folder: Path, who: str) -> None:
        self.who = who
        self.count = 0
        self._fd = os.open(folder / f"{who}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def asked(self, **told: Any) -> int:  # noqa: ANN401 - the fields of Asked
        """Note that a call begins; gives its number."""
        self.count += 1
        self._write(Asked(who=self.who, at=time.monotonic(), number=self.count, **told))
        return self.count

    def answered(self, number: int, **told: Any) -> None:  # noqa: ANN401 - the fields of Answered
        """Note that a call ended."""
        self._write(Answered(who=self.who, at=time.monotonic(), number=number, **told))

    def event(self, **told: Any) -> None:  # noqa: ANN401 - the fields of Event
        """Note something else."""
        self._write(Event(**{"who": self.who, "at": time.monotonic(), **told}))

    def _write(self, entry: Asked | Answered | Event) -> None:
        os.write(self._fd, _WRITE.encode(entry) + b"\n")
