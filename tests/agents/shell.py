"""The command line as agents use it: real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

CLI = (sys.executable, "-m", "plans.agents.cli")
PLAN = "payments.ledger"

type Json = dict[str, object]


class Ran(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Json:
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value

    @property
    def step(self) -> Json:
        step = self.json["step"]
        assert isinstance(step, dict)
        return step

    @property
    def error(self) -> Json:
        error = json.loads(self.err.splitlines()[-1])["error"]
        assert isinstance(error, dict)
        return error


class Shell:
    """A terminal whose commands work on one root."""

    def __init__(self, root: Path) -> None:
        self.root = root
        home = root.parent / "home"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PLANBOARD_")}
        self.variables = kept | {"PLANBOARD_ROOT": str(root), "PLANBOARD_HOME": str(home)}

    def run(self, *words: str, sent: str | bytes = "", session: str = "") -> Ran:
        """Run a command to its end."""
        done = subprocess.run(
            [*CLI, *words],
            input=sent if isinstance(sent, bytes) else sent.encode(),
            capture_output=True,
            env=self._variables(session),
            check=False,
            timeout=60,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def ask(self, *words: str, sent: str | bytes = "", session: str = "") -> Ran:
        """Run a command with ``--json``; it must succeed."""
        ran = self.run(*words, "--json", sent=sent, session=session)
        assert ran.code == 0, ran
        return ran

    def start(self, *words: str, session: str = "") -> subprocess.Popen[bytes]:
        """Start a command and do not wait for it."""
        return subprocess.Popen(
            [*CLI, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            env=self._variables(session),
        )

    def _variables(self, session: str) -> dict[str, str]:
        return self.variables | ({"PLANBOARD_SESSION": session} if session else {})
