"""What an agent waits for: one whole command, against starting Python for nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.edits import NAMESPACE, filled
from tests.bench.timing import Figure, interleaved

if TYPE_CHECKING:
    from collections.abc import Callable

COMMAND = str(Path(sys.executable).with_name("planboard"))


def commands(folder: Path, *, rounds: int) -> list[Figure]:
    """Measure a reading and a writing command, warm."""
    filled(folder, 100)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PLANBOARD_ROOT": str(folder), "PLANBOARD_HOME": str(folder / ".home")}
    numbers = count()

    def run(*words: str) -> Callable[[], object]:
        return lambda: subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, check=True)

    def write() -> None:
        run(COMMAND, "step", "add", NAMESPACE, "--title", f"Added {next(numbers)}", "--as", "bench")()

    floor = run(sys.executable, "-c", "pass")
    shown = interleaved(floor, run(COMMAND, "step", "show", NAMESPACE, "3"), rounds=rounds)
    written = interleaved(floor, write, rounds=rounds)
    python = "python -c pass"
    return [
        Figure(name="planboard step show", floor_name=python, floor=shown[0], ours=shown[1], must=6),
        Figure(name="planboard step add", floor_name=python, floor=written[0], ours=written[1], must=6),
    ]
