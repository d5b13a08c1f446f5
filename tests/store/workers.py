"""Starting workers of the nursery and other programs, and ending exactly those."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
PEER = HERE.parent / "peer" / "program.py"


class Nursery:
    """Asks the nursery's process for workers."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, do: str, **parts: object) -> int:
        """Start a worker and return its pid."""
        return self._ask(do, parts, wait=False)["pid"]

    def run(self, do: str, **parts: object) -> int:
        """Run a worker to its end and return its exit status."""
        return self._ask(do, parts, wait=True)["status"]

    def _ask(self, do: str, parts: dict[str, object], *, wait: bool) -> dict[str, int]:
        asked, answers = self._process.stdin, self._process.stdout
        assert asked is not None
        assert answers is not None
        asked.write(json.dumps({"do": do, "with": parts, "wait": wait}) + "\n")
        asked.flush()
        answer: dict[str, int] = json.loads(answers.readline())
        return answer


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Run a nursery; its workers end with it."""
    with subprocess.Popen(
        [sys.executable, str(HERE / "nursery.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Nursery(process)
        stdin: IO[str] | None = process.stdin
        assert stdin is not None
        stdin.close()
        process.wait(timeout=PATIENCE)


def start_peer(root: Path, session: str, merges: int, version: int = 3) -> subprocess.Popen[str]:
    """Start a peer that merges so many times into the plan ``work``."""
    return subprocess.Popen(
        [sys.executable, str(PEER), str(root), "work", session, str(merges), str(version)],
        stdout=subprocess.PIPE,
        text=True,
    )
