"""How many SQL statements one changed step takes: ``python -m tests.bench.statements STEPS`` prints it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.bench.peer_files import PeerPlan
from tests.bench.timing import Figure

STEPS = 1_000


def statements(folder: Path) -> list[Figure]:
    """Count in a process of its own, which has a mirror of its own."""
    environment = os.environ | {
        "PLANBOARD_ROOT": str(folder / "plans"),
        "PLANBOARD_HOME": str(folder / "home"),
        "PLANBOARD_SOURCES": "none",
        "DJANGO_SETTINGS_MODULE": "plans_site.settings",
    }
    command = [sys.executable, "-m", "tests.bench.statements", str(STEPS)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    name = f"SQL statements, one of {STEPS:,} steps"
    return [Figure(name=name, floor_name="", floor=0, ours=int(done.stdout), must=3, unit="")]


def count(root: Path, steps: int) -> int:
    """Copy one change of a peer into the mirror, and count what writes."""
    import django  # noqa: PLC0415 - only this process has settings

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from plans.store.plan_store import PlanStore  # noqa: PLC0415
    from plans.sync.copying import Copier  # noqa: PLC0415
    from plans.sync.decide import Errand  # noqa: PLC0415
    from plans.wiring import now_ms  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    root.mkdir(mode=0o700)
    plan = PeerPlan(root, "bench", steps=steps)
    copier = Copier(PlanStore(root, clock=now_ms))
    copier.write(copier.look(Errand(plan.namespace), patient=False))
    plan.swap()
    with CaptureQueriesContext(connection) as captured:
        copier.write(copier.look(Errand(plan.namespace), patient=False))
    kinds = ("INSERT", "UPDATE", "DELETE", "SELECT")
    return sum(query["sql"].startswith(kinds) for query in captured.captured_queries)


if __name__ == "__main__":
    sys.stdout.write(str(count(Path(os.environ["PLANBOARD_ROOT"]), int(sys.argv[1]))))
