"""A real board for a test: `planboard up` as its own process, and the command line beside it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.command import Said, say
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_LINK = re.compile(rb"https?://\S+/login/#code=\S+")
_CLI = [sys.executable, "-m", "plans.agents.cli"]
_WITH_DJANGO = ("token",)
"""Commands that set Django up for their board: that happens once in a process, and here it has."""
MANAGE = [sys.executable, str(Path(__file__).parents[2] / "manage.py")]
_FIRST_PORT = 11_000
"""Browsers refuse some ports below."""
_GIVEN_AWAY = Path("/proc/sys/net/ipv4/ip_local_port_range")
"""The ports that the system gives to whoever asks for any: a board that is starting would lose its own."""


class Board:
    """`planboard up` on a root and home of its own; started and ended by ``with``."""

    program = (*_CLI, "up")

    def __init__(self, place: Path, *, settings: dict[str, str] | None = None, port: int = 0) -> None:
        self.root, self.home = place / "plans", place / "home"
        self.root.mkdir(mode=0o700, exist_ok=True)
        self.port = port or free_port()
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PLANBOARD_")
        }
        self.environment |= {"PLANBOARD_ROOT": str(self.root), "PLANBOARD_HOME": str(self.home)}
        self.environment |= {"PLANBOARD_SOURCES": "none"}  # whatever programs the developer uses
        self.environment |= settings or {}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.log = place / f"board-{self.port}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def output(self) -> bytes:
        """Read what it wrote since it was started last."""
        return self.log.read_bytes()

    @property
    def login_link(self) -> str:
        """Give the link that was printed last."""
        found: list[bytes] = _LINK.findall(self.output)
        return found[-1].decode()

    def start(self) -> None:
        """Start it and wait for its login link."""
        self.run_program("--no-open")
        until(self._has_said_its_link)

    def run_program(self, *words: str) -> None:
        """Start the process; what it writes goes to a file, which never fills up as a pipe does."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*self.program, "--port", str(self.port), *words],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it and give its exit code."""
        assert self.process is not None
        if self.is_running:
            self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def new_link(self, *words: str) -> str:
        """Ask for another login link, as a second person would."""
        found = _LINK.search(self._said("login", *words).out)
        assert found
        return found[0].decode()

    def run(self, *words: str, session: str | None = None, stdin: str | None = None) -> Finished:
        """Run one command to its end, in a process of its own."""
        named = ["--as", session] if session else []
        return self._finished([*_CLI, *words, *named], stdin=stdin)

    def manage(self, *words: str) -> Finished:
        """Run one command of the server's keeper."""
        return self._finished([*MANAGE, *words])

    def ask(self, *words: str, session: str | None = None, stdin: str | None = None) -> Json:
        """Let a command that must succeed do its work, in this process; give its JSON."""
        if words[0] in _WITH_DJANGO:
            done = self.run(*words, "--json", session=session, stdin=stdin)
            assert done.returncode == 0, (words, done)
            answer: Json = json.loads(done.stdout)
        else:
            named = ["--as", session] if session else []
            answer = json.loads(self._said(*words, "--json", *named, sent=(stdin or "").encode()).out)
        return answer

    def begin(self, *words: str, session: str) -> subprocess.Popen[str]:
        """Start a command that waits for somebody."""
        return subprocess.Popen(
            [*_CLI, *words, "--as", session, "--json"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def step(self, namespace: str, number: int) -> Json:
        """Read a step as an agent reads it."""
        answer = self.ask("step", "show", namespace, str(number))
        step = answer["step"]
        assert isinstance(step, dict)
        return step

    def plan(self, namespace: str) -> Json:
        """Read a plan as an agent reads it."""
        plan = self.ask("plan", "show", namespace)["plan"]
        assert isinstance(plan, dict)
        return plan

    def _said(self, *words: str, sent: bytes = b"") -> Said:
        said = say(*words, variables=self.environment, sent=sent)
        assert said.code == 0, (words, said)
        return said

    def _finished(self, command: list[str], stdin: str | None = None) -> Finished:
        return subprocess.run(
            command,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def _has_said_its_link(self) -> bool:
        is_running = self.is_running
        found = _LINK.search(self.output) is not None
        assert found or is_running, f"the board ended: {self.output.decode()}"
        return found


type Json = dict[str, object]
type Finished = subprocess.CompletedProcess[str]


def free_port() -> int:
    """Find a port that nobody listens on, and that nobody else is given before it is listened on."""
    return next(port for port in _PORTS if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as found:
        try:
            found.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _ports() -> Iterator[int]:
    """Give one after the other, each process from another place on."""
    end = int(_GIVEN_AWAY.read_text().split()[0]) if _GIVEN_AWAY.exists() else 32_768
    ports = range(_FIRST_PORT, max(end, 2 * _FIRST_PORT))
    start = os.getpid() * 97 % len(ports)
    return cycle([*ports[start:], *ports[:start]])


_PORTS = _ports()
