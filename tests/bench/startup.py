"""From `planboard up` to its first page, against importing and setting up what it is made of."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

from tests.bench.peer_files import PeerPlan
from tests.bench.signed_in import SignedIn
from tests.bench.timing import Figure, interleaved

if TYPE_CHECKING:
    from pathlib import Path

from tests.bench.commands import COMMAND

_IMPORTS = "import django, daphne.server, channels; django.setup()"
_PAUSE = 0.002


def startup(folder: Path, *, rounds: int) -> list[Figure]:
    """Start a board that has run before, and open a plan on it."""
    with SignedIn(folder) as board:
        plan = PeerPlan(board.root, "bench.start", steps=100)
        board.version(plan.namespace)

    def floor() -> None:
        environment = board.environment | {"DJANGO_SETTINGS_MODULE": "plans_site.settings"}
        subprocess.run([sys.executable, "-c", _IMPORTS], env=environment, check=True)

    started: list[subprocess.Popen[bytes]] = []

    def ours() -> None:
        command = [COMMAND, "up", "--port", str(board.port), "--no-open"]
        started.append(subprocess.Popen(command, env=board.environment, stdout=subprocess.DEVNULL))
        while not _opens(board, f"/plans/{plan.namespace}/"):
            time.sleep(_PAUSE)

    def stopped() -> None:
        for process in started:
            process.terminate()
            process.wait()
        started.clear()

    found = interleaved(floor, ours, rounds=rounds, warm_up=1, after=stopped)
    name = "planboard up → first page"
    return [Figure(name=name, floor_name="imports, setup", floor=found[0], ours=found[1], must=2)]


def _opens(board: SignedIn, path: str) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", board.port, timeout=60)) as connection:
        try:
            connection.request("GET", path, headers={"Cookie": board.cookie})
        except ConnectionRefusedError:
            return False
        answer = connection.getresponse()
        answer.read()
        assert answer.status == http.HTTPStatus.OK
        return True
