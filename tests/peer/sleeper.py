"""A peer that falls asleep with the lock in its hand: ``sleeper.py BASE NAMESPACE SESSION TEXT``.

It takes the lock and reads, says so, and waits for a line; then it completes the step, writes and lets go,
as one does that was stopped in between and has not noticed.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.peer.locking import locked
from tests.peer.merging import merge_steps
from tests.peer.plan_store import PeerStore


def main() -> None:
    base, namespace, session, text = sys.argv[1:]
    store = PeerStore(Path(base))
    with locked(Path(base) / namespace):
        plan = store.read(namespace)
        assert plan is not None
        sys.stdout.write("asleep\n")
        sys.stdout.flush()
        sys.stdin.readline()
        now = time.time_ns() // 1_000_000
        steps = plan["steps"]
        assert isinstance(steps, list)
        merged = merge_steps(steps, [{"step": text, "status": "completed"}], session, now=now)
        store.write(namespace, plan | {"steps": merged, "updatedAt": now})


if __name__ == "__main__":
    main()
