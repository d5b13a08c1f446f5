"""A running door: the gate on a real server, Daphne and uvicorn in turn."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

from tests.security import weakened
from tests.waiting import PATIENCE

SECONDS = 4
"""How long a body may take: a test that sends one may be held up on a busy machine."""
HERE = Path(__file__).parent
PROJECT = HERE.parent.parent


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for found, value in self.headers if found.lower() == name.lower()]


@dataclass(frozen=True)
class Running:
    kind: str
    port: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def ask(
        self,
        method: str = "GET",
        path: str = "/",
        *,
        headers: dict[str, str] | list[tuple[str, str]] = {},  # noqa: B006 - only read
        body: bytes = b"",
    ) -> Answer:
        """Send a request with exactly these headers, and this board's Host where none is given."""
        pairs = list(headers.items()) if isinstance(headers, dict) else headers
        names = {name.lower() for name, _ in pairs}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        if "host" not in names:
            connection.putheader("Host", self.host)
        for name, value in pairs:
            connection.putheader(name, value)
        if body and not names & {"content-length", "transfer-encoding"}:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        response = connection.getresponse()
        answer = Answer(response.status, response.getheaders(), response.read())
        connection.close()
        return answer

    def raw(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)


@contextmanager
def serving(
    kind: str, *, seconds: float = SECONDS, stderr: IO[bytes] | None = None
) -> Iterator[tuple[Running, subprocess.Popen[bytes]]]:
    """Start a server on a port of its own; it is stopped at the end, and must stop by itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        descriptor = listener.fileno()
        process = subprocess.Popen(
            [sys.executable, str(HERE / "door_server.py"), kind, str(descriptor), str(seconds)],
            pass_fds=[descriptor],
            stderr=stderr,
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
        )
        yield Running(kind, listener.getsockname()[1]), process
        process.terminate()
        process.wait(timeout=PATIENCE)


@pytest.fixture(autouse=True)
def weakened_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the one defence that PLANBOARD_TEST_WEAKENED names, if any."""
    weakened.apply_named(monkeypatch.setattr)


@pytest.fixture(scope="session", params=["daphne", "uvicorn"])
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    kind: str = request.param
    with serving(kind) as (server, _):
        yield server


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a board's home."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a folder of plans."""
    (tmp_path / "root").mkdir()
    return tmp_path / "root"
