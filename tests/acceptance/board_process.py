"""A real board for a test: `planboard up` as its own process, and the command line beside it."""

from __future__ import annotations

import json
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

PATIENCE = 60.0
"""Seconds anything may take on a slow machine before a test calls it broken."""
_LINK = re.compile(rb"https?://\S+/login/#code=\S+")
_CLI = [sys.executable, "-m", "plans.agents.cli"]
MANAGE = [sys.executable, str(Path(__file__).parents[2] / "manage.py")]


class Board:
    """`planboard up` on a root and home of its own; started and ended by ``with``."""

    program = (*_CLI, "up")

    def __init__(self, place: Path, *, settings: dict[str, str] | None = None) -> None:
        self.root, self.home = place / "plans", place / "home"
        self.root.mkdir(mode=0o700, exist_ok=True)
        self.port = free_port()
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PLANBOARD_")
        }
        self.environment |= {"PLANBOARD_ROOT": str(self.root), "PLANBOARD_HOME": str(self.home)}
        self.environment |= {"PLANBOARD_SOURCES": "none"}  # whatever programs the developer uses
        self.environment |= settings or {}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.output = b""
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
    def login_link(self) -> str:
        """Give the link that was printed last."""
        found: list[bytes] = _LINK.findall(self.output)
        return found[-1].decode()

    def start(self) -> None:
        """Start it and wait for its login link."""
        self.output = b""
        self.process = subprocess.Popen(
            [*self.program, "--port", str(self.port), "--no-open"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._read_until(_LINK)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it and give its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        if not self.process.stdout.closed:
            self.output += self.process.stdout.read()
            self.process.stdout.close()
        return code

    def new_link(self, *words: str) -> str:
        """Ask for another login link, as a second person would."""
        done = self.run("login", *words)
        assert done.returncode == 0, done.stderr
        found = _LINK.search(done.stdout.encode())
        assert found, done.stdout
        return found[0].decode()

    def run(self, *words: str, session: str | None = None, stdin: str | None = None) -> Finished:
        """Run one command to its end."""
        named = ["--as", session] if session else []
        return self._finished([*_CLI, *words, *named], stdin=stdin)

    def manage(self, *words: str) -> Finished:
        """Run one command of the server's keeper."""
        return self._finished([*MANAGE, *words])

    def ask(self, *words: str, session: str | None = None, stdin: str | None = None) -> Json:
        """Run a command that must succeed; give its JSON."""
        done = self.run(*words, "--json", session=session, stdin=stdin)
        assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr)
        answer: Json = json.loads(done.stdout)
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

    def _read_until(self, pattern: re.Pattern[bytes]) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        deadline = time.monotonic() + PATIENCE
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not pattern.search(self.output):
                assert time.monotonic() < deadline, self.output.decode()
                if not selector.select(1.0):
                    continue
                chunk = os.read(self.process.stdout.fileno(), 65536)
                assert chunk, f"the board ended: {self.output.decode()}"
                self.output += chunk


type Json = dict[str, object]
type Finished = subprocess.CompletedProcess[str]


def until[T](found: Callable[[], T]) -> T:
    """Wait for something true."""
    deadline = time.monotonic() + PATIENCE
    while not (result := found()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return result


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
