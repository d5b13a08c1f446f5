"""The command line as agents use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from tests.command import Said, say
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Sequence
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
        self.apart = False
        """Whether commands that run to their end get a process of their own."""
        home = root.parent / "home"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PLANBOARD_")}
        ours = {"PLANBOARD_ROOT": str(root), "PLANBOARD_HOME": str(home), "PLANBOARD_SOURCES": "none"}
        self.variables = kept | ours

    def run(self, *words: str, sent: str | bytes = "", session: str = "") -> Ran:
        """Run a command to its end."""
        data = sent if isinstance(sent, bytes) else sent.encode()
        code, out, err = self._run(words, data, self._variables(session))
        return Ran(code, out.decode(), err.decode())

    def _run(self, words: Sequence[str], data: bytes, variables: dict[str, str]) -> Said:
        if not self.apart:
            return say(*words, variables=variables, sent=data)
        done = subprocess.run(
            [*CLI, *words], input=data, capture_output=True, env=variables, check=False, timeout=PATIENCE
        )
        return Said(done.returncode, done.stdout, done.stderr)

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


def created(shell: Shell, name: str, *words: str, sent: str | bytes = "") -> Json:
    """Create a plan; gives it."""
    plan = shell.ask("plan", "create", name, *words, sent=sent).json["plan"]
    assert isinstance(plan, dict)
    return plan


def shown(shell: Shell, name: str) -> Json:
    """Read a plan."""
    plan = shell.ask("plan", "show", name).json["plan"]
    assert isinstance(plan, dict)
    return plan


def steps_of(plan: Json) -> list[Json]:
    """Give a plan's steps."""
    steps = plan["steps"]
    assert isinstance(steps, list)
    return steps
