"""Our commands as processes of their own, on a throw-away root."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[2]


class Place:
    """A root and a home for programs."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.root, self.home = folder / "root", folder / "home"
        for made in (self.root, self.home):
            made.mkdir(mode=0o700, exist_ok=True)
        inherited = {name: text for name, text in os.environ.items() if not name.startswith("PLANBOARD_")}
        self.environment = inherited | {
            "DJANGO_SETTINGS_MODULE": "plans_site.settings",
            "PLANBOARD_ROOT": str(self.root),
            "PLANBOARD_HOME": str(self.home),
            "PLANBOARD_SOURCES": "none",
            **variables,
        }

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=PROJECT,
            env=self.environment | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=PATIENCE)
