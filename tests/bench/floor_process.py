"""The floor server as a process of its own, on a plan of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Self

from tests.bench.peer_files import PeerPlan

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class Floor:
    """Runs while in ``with``; ``plan`` is what it watches."""

    def __init__(self, place: Path, *, steps: int) -> None:
        self.plan = PeerPlan(place, "floor", steps=steps)

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.bench.floor_server", str(self.plan.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
