"""A peer as a process of its own: ``program.py BASE NAMESPACE SESSION MERGES [VERSION]``.

Each merge adds a step of its own and completes the one before; prints the texts it wrote, one a line.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.peer.checking import PeerError
from tests.peer.plan_store import PeerStore


def work(base: str, namespace: str, session: str, merges: int, *, version: str = "3") -> None:
    """Merge again and again; a lock that stays busy is a peer's daily life: it tries once more."""
    store = PeerStore(Path(base), version=1 if version == "1" else 3)
    for index in range(merges):
        time.sleep(random.uniform(0, 0.01))  # noqa: S311 - agents think between two merges
        sent: list[dict[str, object]] = [{"step": f"{session} {index}", "status": "in_progress"}]
        if index:
            sent.insert(0, {"step": f"{session} {index - 1}", "status": "completed"})
        while not _merged(store, namespace, sent, session):
            pass
        sys.stdout.write(f"{session} {index}\n")
        sys.stdout.flush()


def _merged(store: PeerStore, namespace: str, sent: list[dict[str, object]], session: str) -> bool:
    random.shuffle(sent)
    try:
        store.merge(namespace, sent, session)
    except PeerError as error:
        if "after 5 retries" not in str(error):
            raise
        return False
    return True


if __name__ == "__main__":
    _base, _namespace, _session, _merges, *_version = sys.argv[1:]
    work(_base, _namespace, _session, int(_merges), version=_version[0] if _version else "3")
