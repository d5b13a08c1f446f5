"""A process that forks workers on request, so that a hundred of them cost no hundred starts of Python.

Reads one JSON request a line: ``{"do": name, "with": {…}}``; answers with the worker's pid at once, or,
for work that is waited for, with its exit status and what it wrote to its report.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.store.interrupted import interrupted
from tests.store.writer import write_together, write_until_killed

if TYPE_CHECKING:
    from collections.abc import Callable

WORK: dict[str, Callable[..., None]] = {
    "interrupted": interrupted,
    "together": write_together,
    "until_killed": write_until_killed,
}


def main() -> None:
    """Serve requests until stdin ends; then end the workers that are left."""
    workers: list[int] = []
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if not pid:
            _work(request)
        answer: dict[str, object] = {"pid": pid}
        if request["wait"]:
            answer["status"] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        else:
            workers.append(pid)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
        workers = [worker for worker in workers if not _ended(worker)]
    for worker in workers:
        os.kill(worker, signal.SIGKILL)


def _work(request: dict[str, object]) -> None:
    status = 99
    try:
        WORK[str(request["do"])](**request["with"])  # type: ignore[arg-type]
        status = 0
    except BaseException:  # noqa: BLE001 - the worker is a process of its own; this is its last word
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _ended(pid: int) -> bool:
    return os.waitpid(pid, os.WNOHANG)[0] == pid


if __name__ == "__main__":
    main()
