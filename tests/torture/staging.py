"""Starting processes on a stage (stage.py), and ending exactly those."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Stage:
    """Starts and ends the processes of one run."""

    def __init__(self, process: subprocess.Popen[str], place: Path) -> None:
        self._process, self.place = process, place
        self.alive: dict[int, str] = {}
        self.started = 0

    def start(self, do: str, who: str, **parts: object) -> int:
        """Start a process under a name of its own; gives its pid."""
        self.started += 1
        named = f"{who}.{self.started}"
        pid = self._ask({"do": do, "with": {"place": str(self.place), "who": named, **parts}})["pid"]
        assert isinstance(pid, int)
        self.alive[pid] = named
        return pid

    def ended(self) -> None:
        """Take those that ended off the list."""
        found = self._ask({"do": "ended"})["ended"]
        assert isinstance(found, list)
        for pid in found:
            self.alive.pop(pid, None)

    def wait(self, meanwhile: Callable[[], None] = lambda: None, *, patience: float = 300) -> None:
        """Wait until all have ended."""
        deadline = time.monotonic() + patience
        while self.alive:
            assert time.monotonic() < deadline, f"still there: {self.alive}"
            meanwhile()
            time.sleep(0.005)
            self.ended()

    def _ask(self, request: dict[str, object]) -> dict[str, object]:
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        asked.write(json.dumps(request) + "\n")
        asked.flush()
        answer: dict[str, object] = json.loads(answers.readline())
        return answer


@contextmanager
def staged(place: Path) -> Iterator[Stage]:
    """Run a stage; whoever is on it ends with it."""
    program = [sys.executable, str(Path(__file__).with_name("stage.py"))]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Stage(process, place)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=60)
