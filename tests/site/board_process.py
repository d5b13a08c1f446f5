"""A real `planboard up` on a throw-away root, and what a test does with it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Self

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

UP = [
    sys.executable,
    "-c",
    "import sys; from plans.agents.cli import main; sys.exit(main(sys.argv[1:]))",
    "up",
]


class BoardProcess:
    """Started, and open when ``link`` is known."""

    def __init__(self, folder: Path, *words: str, **variables: str) -> None:
        self.root, self.home = folder / "root", folder / "home"
        for made in (self.root, self.home):
            made.mkdir(mode=0o700, exist_ok=True)
        self.errors = folder / "stderr"
        environment = {name: text for name, text in os.environ.items() if not name.startswith("PLANBOARD_")}
        ours = {"PLANBOARD_ROOT": str(self.root), "PLANBOARD_HOME": str(self.home)}
        environment |= ours | {"PLANBOARD_SOURCES": "none"} | variables
        with self.errors.open("a") as errors:
            self.process = subprocess.Popen(
                [*UP, "--no-open", *(words or ("--port", "0"))],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def __enter__(self) -> Self:
        self.said = self._lines(3)
        found = re.search(r"(http://\S+)/login/#code=\S+", "".join(self.said))
        assert found, (self.said, self.errors.read_text())
        self.link, self.origin = found[0], found[1]
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def _lines(self, count: int) -> Sequence[str]:
        assert self.process.stdout is not None
        return [self.process.stdout.readline() for _ in range(count)]


def refused(*words: str, **variables: str) -> tuple[int, str]:
    """Start a board that cannot open; gives its exit code and what it said."""
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PLANBOARD_")}
    done = subprocess.run(
        [*UP, "--no-open", *words],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stderr
