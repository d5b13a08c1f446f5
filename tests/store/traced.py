"""A process that makes one change when it is told to, and says how that went: to be watched from outside.

``traced.py ROOT DOING``: says ``ready``, waits for a line, does it, and prints what a caller learned.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from plans.store import renaming, writer_mark
from plans.store.plan_store import PlanStore
from tests.store.interrupted import DOING, told
from tests.store.scene import START, ticking


def main() -> None:
    """Load first whatever is loaded only once, so that what is watched is the change alone."""
    root, doing = sys.argv[1:]
    renaming._system()
    writer_mark._rest()
    store = PlanStore(root, clock=ticking(START + 1_000_000))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    said = told(DOING[doing], store)
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
