"""A process that forks the others, so that a hundred of them do not cost a hundred starts of Python.

One JSON request a line: ``{"do": name, "with": {…}}`` starts one and answers its pid; ``{"do": "ended"}``
answers the pids of those that ended since it was asked last.
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

from tests.torture import doors, ours, readers, theirs

if TYPE_CHECKING:
    from collections.abc import Callable

PARTS: dict[str, Callable[..., None]] = {
    "open": ours.open_plan,
    "ours": ours.work,
    "theirs": theirs.work,
    "reader": readers.work,
    "door": doors.work,
    "mirror": doors.follow_mirror,
    "finish": ours.finish,
}


def main() -> None:
    """Serve until stdin ends; then end whoever is left."""
    alive: set[int] = set()
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "ended":
            ended = [pid for pid in alive if os.waitpid(pid, os.WNOHANG)[0]]
            alive.difference_update(ended)
            answer: dict[str, object] = {"ended": ended}
        else:
            pid = os.fork()
            if not pid:
                _play(request)
            alive.add(pid)
            answer = {"pid": pid}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def _play(request: dict[str, object]) -> None:
    status = 99
    try:
        PARTS[str(request["do"])](**request["with"])  # type: ignore[arg-type]
        status = 0
    except BaseException:  # noqa: BLE001 - a process of its own; this is its last word
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
