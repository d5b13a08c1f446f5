"""The same board on uvicorn, with the worker in a process of its own and Redis between the two."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, override

from tests.acceptance.board_process import MANAGE, free_port
from tests.bench.signed_in import SignedIn
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from pathlib import Path

_WEB = (sys.executable, "-m", "uvicorn", "plans_site.asgi:application", "--log-level", "warning")


def has_redis() -> bool:
    """Tell whether a Redis can be started here."""
    return shutil.which("redis-server") is not None


class UvicornBoard(SignedIn):
    """Redis, the worker and one web process; what the viewers cost is measured at the last."""

    program = _WEB

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self._redis_port = free_port()
        self.environment["PLANBOARD_REDIS_URL"] = f"redis://127.0.0.1:{self._redis_port}"
        self._others: list[subprocess.Popen[bytes]] = []

    @override
    def start(self) -> None:
        redis = (
            "redis-server",
            "--port",
            str(self._redis_port),
            "--save",
            "",
            "--dir",
            str(self.home.parent),
        )
        self._begin(redis)
        migrated = self.manage("migrate", "--verbosity=0")
        assert migrated.returncode == 0, migrated.stderr
        self._begin((*MANAGE, "sync_plans"))
        self.run_program()
        until(self._answers)
        self.sign_in(self.new_link("--origin", self.url))

    def _end_others(self) -> None:
        for process in reversed(self._others):
            process.terminate()
            process.wait(PATIENCE)

    def _begin(self, command: tuple[str, ...]) -> None:
        process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL)
        self._others.append(process)

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/login/")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def allow_many_sockets() -> None:
    """Let this process and those it starts hold as many sockets as the system allows at most."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
