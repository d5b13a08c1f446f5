"""Starting processes on a stage (stage.py), and ending exactly those."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator


_PATIENCE = 600.0
"""Seconds a round may take on a slow machine."""


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

    def wait(self, *, but: int | None = None) -> None:
        """Wait until all have ended, but for one."""
        until(lambda: self._others_ended(but), pause=0.005, patience=_PATIENCE)

    def _others_ended(self, but: int | None) -> bool:
        self.ended()
        return not self.alive.keys() - {but}

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
            process.wait(timeout=_PATIENCE)
