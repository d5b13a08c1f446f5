"""How long a search over 100,000 steps takes: ``python -m tests.bench.search STEPS ROUNDS`` prints it."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from plans.domain.step import Step
from tests.bench.timing import Figure, timed

if TYPE_CHECKING:
    from pathlib import Path

PLANS = 50
STEPS = 100_000
MUST = 100.0
WORDS = (
    *("ledger", "dual", "write", "shadow", "read", "traffic", "gate", "refund", "balance", "replay", "event"),
    *("store", "schema", "partition", "index", "rollback", "metric", "alert", "canary", "quota", "runbook"),
    *("export", "import", "retry", "writer", "projection", "snapshot", "latency", "budget", "region", "flag"),
    *("failover", "key", "rotate", "audit", "evidence", "approve", "drill", "staging", "production"),
)
QUERIES = ("dual write", "l", "payments.p17 17", "#17", "evidence roll", "owner-4", "no such words at all")


def search_bench(folder: Path, *, steps: int, rounds: int) -> list[Figure]:
    """Measure in a process of its own, which has a mirror of its own."""
    (folder / "plans").mkdir(mode=0o700)
    environment = os.environ | {
        "PLANBOARD_ROOT": str(folder / "plans"),
        "PLANBOARD_HOME": str(folder / "home"),
        "PLANBOARD_SOURCES": "none",
        "DJANGO_SETTINGS_MODULE": "plans_site.settings",
    }
    command = [sys.executable, "-m", "tests.bench.search", str(steps), str(rounds)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found = msgspec.json.decode(done.stdout, type=dict[str, float])
    return [
        Figure(name=f"search “{query}”, {steps:,} steps", floor_name="", floor=0, ours=median, must=MUST)
        for query, median in found.items()
    ]


def measure(steps: int, rounds: int) -> dict[str, float]:
    """Fill a mirror and give the median of each query, ms."""
    import django  # noqa: PLC0415 - only this process has settings

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    from plans.domain.rights import EVERY_PLAN  # noqa: PLC0415
    from plans.mirror.searching import search  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    _fill(steps)
    found = {}
    for query in QUERIES:
        search(EVERY_PLAN, query)
        found[query] = statistics.median(timed(partial(search, EVERY_PLAN, query)) for _ in range(rounds))
    return found


def _fill(steps: int) -> None:
    from plans.mirror.applying import write  # noqa: PLC0415
    from plans.mirror.rows import paint  # noqa: PLC0415
    from tests.mirror.stage import Story  # noqa: PLC0415

    dice = random.Random(17)  # noqa: S311 - the same words every time
    for at in range(PLANS):
        story = Story(*_steps(steps // PLANS, dice), namespace=f"payments.p{at}")
        news = story.news(whole=True)
        write(None, paint(None, news), news)


def _steps(count: int, dice: random.Random) -> list[Step]:
    return [
        Step(
            number=number,
            title=" ".join(dice.sample(WORDS, 5)),
            notes=" ".join(dice.choices(WORDS, k=40)),
            owner=f"owner-{dice.randrange(200)}",
        )
        for number in range(1, count + 1)
    ]


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(measure(int(sys.argv[1]), int(sys.argv[2]))))
