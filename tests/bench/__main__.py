"""Measures everything and prints one table: ``python -m tests.bench [--quick] [--only NAME] [--strict]``."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tests.bench.api import api
from tests.bench.browser import chromium_path
from tests.bench.burst import burst
from tests.bench.commands import commands
from tests.bench.dom import dom
from tests.bench.edits import edits, many_writers
from tests.bench.feed import feed
from tests.bench.frames import fan_out, frames, many_plans, on_uvicorn
from tests.bench.pages import pages
from tests.bench.search import STEPS, search_bench
from tests.bench.startup import startup
from tests.bench.statements import statements
from tests.bench.timing import table
from tests.bench.tracks import tracks
from tests.bench.uvicorn_board import has_redis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.bench.timing import Figure

OUT = Path("bench-out")

type Measurement = Callable[[Path], list[Figure]]


def measurements(*, quick: bool, minutes: float, together: bool) -> dict[str, Measurement]:
    """Name what is measured, and how often; ``minutes`` is how long each screen is watched in a feed."""
    rounds = 40 if quick else 200
    few = 8 if quick else 40
    found: dict[str, Measurement] = {
        "frames": lambda place: frames(place, rounds=rounds),
        "dom": lambda place: dom(place, rounds=rounds),
        "pages": lambda place: pages(place, rounds=few * 2),
        "tracks": lambda place: tracks(place, rounds=few * 2),
        "startup": lambda place: startup(place, rounds=5 if quick else 20),
        "edits": lambda place: edits(place, rounds=rounds),
        "writers": lambda place: [many_writers(place, each=10 if quick else 200)],
        "commands": lambda place: commands(place, rounds=few),
        "plans": lambda place: many_plans(place, plans=500 if quick else 10_000, rounds=rounds),
        "viewers": lambda place: fan_out(place, viewers=100 if quick else 1_000, rounds=few),
        "uvicorn": lambda place: on_uvicorn(place, few=1_000, many=5_000, rounds=few),
        "burst": lambda place: burst(place, writes=10_000),
        "statements": statements,
        "feed": lambda place: feed(place, seconds=minutes * 60, together=together),
        "api": lambda place: api(place, rounds=rounds, each=4 if quick else 12),
        "search": lambda place: search_bench(place, steps=STEPS, rounds=few),
    }
    if quick:
        for long in ("feed", "uvicorn", "burst", "search"):
            del found[long]
    if not has_redis():
        sys.stderr.write("No redis-server here: figures of uvicorn are left out\n")
        found.pop("uvicorn", None)
    if chromium_path() is None:
        sys.stderr.write("No Chromium here: figures of the browser are left out\n")
        found.pop("dom")
        found.pop("feed", None)
    return found


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--quick", action="store_true", help="the main figures, in under a minute")
    parser.add_argument(
        "--only", metavar="NAME", action="append", help="one of the measurements; may be repeated"
    )
    parser.add_argument(
        "--minutes", type=float, default=2.0, help="how long each screen is watched while everything changes"
    )
    parser.add_argument(
        "--together",
        action="store_true",
        help='watch the screens side by side (make bench ARGS="--only feed --together --minutes 30")',
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit 1 where a figure that must be reached is not"
    )
    options = parser.parse_args(words)
    # Commands are measured as people run them: their byte code is kept.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    found: list[Figure] = []
    all_of_them = measurements(quick=options.quick, minutes=options.minutes, together=options.together)
    try:
        for name, measure in all_of_them.items():
            if not options.only or name in options.only:
                found += _measured(name, measure)
    finally:
        # What was measured for an hour is not lost with what comes after it.
        sys.stdout.write(f"{table(found)}\n")
        _keep(found, quick=options.quick)
    is_reached = bool(found) and not any(figure.is_missed for figure in found)
    return 0 if is_reached or not options.strict else 1


def _measured(name: str, measure: Measurement) -> list[Figure]:
    began = time.monotonic()
    place = Path(tempfile.mkdtemp(prefix=f"planboard-bench-{name}-"))
    try:
        return measure(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
        sys.stderr.write(f"{name}: {time.monotonic() - began:.0f} s\n")


def _keep(found: list[Figure], *, quick: bool) -> None:
    OUT.mkdir(exist_ok=True)
    rows = [
        msgspec.structs.asdict(figure) | {"ratio": figure.ratio, "verdict": figure.verdict}
        for figure in found
    ]
    data = msgspec.json.format(msgspec.json.encode(rows))
    (OUT / ("quick.json" if quick else "full.json")).write_bytes(data)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
