"""What drawing a plan by its dependencies costs: the layout alone, and pages of two sizes."""

from __future__ import annotations

import gzip
import json
import statistics
from typing import TYPE_CHECKING

from plans.web.layered import layout
from tests.bench.signed_in import SignedIn
from tests.bench.timing import Figure, timed

if TYPE_CHECKING:
    from pathlib import Path

STEPS, LARGEST = 500, 5_000
WARM_UP = 3
_PHASE = 25
"""Steps of a phase."""


def tracks(folder: Path, *, rounds: int) -> list[Figure]:
    """Measure 500 steps with two to three needs each, and the page of a plan of 5,000."""
    return [
        _figure(f"layout of {STEPS} steps", _laid_out(rounds), must=150, unit="ms"),
        *_pages(folder, rounds),
    ]


def needs(number: int) -> list[int]:
    """Choose what a step needs among the forty before it, the same in every run."""
    wanted = {number - 1 - number * 7 % 13, number - 2 - number * 11 % 40, number - 1 - number * 5 % 29}
    return sorted(need for need in wanted if need > 0)


def _laid_out(rounds: int) -> float:
    nodes = tuple(range(1, STEPS + 1))
    edges = tuple((need, number) for number in nodes for need in needs(number))

    def draw() -> None:
        layout.cache_clear()
        layout(nodes, edges)

    return statistics.median([timed(draw) for _ in range(rounds)])


def _pages(folder: Path, rounds: int) -> list[Figure]:
    found = []
    with SignedIn(folder) as board:
        for steps in (STEPS // 2, LARGEST):
            namespace = f"bench.track{steps}"
            rows = [
                {"title": f"Step {at}", "needs": needs(at), "phase": f"Phase {at // _PHASE + 1}"}
                for at in range(1, steps + 1)
            ]
            plan = json.dumps({"title": namespace, "steps": rows})
            board.ask("plan", "create", namespace, "--from", "-", session="bench", stdin=plan)
            board.version(namespace)
            found += _served(board, f"/plans/{namespace}/track/", f"track page, {steps:,} steps", rounds)
    return found


def _served(board: SignedIn, path: str, name: str, rounds: int) -> list[Figure]:
    for _ in range(WARM_UP):
        board.get(path)
    before = board.cpu_ms()
    for _ in range(rounds):
        board.get(path)
    spent = (board.cpu_ms() - before) / rounds
    size = len(gzip.compress(board.get(path)[1], 6)) / 1024
    return [
        _figure(f"{name}: server's CPU time", spent, must=150, unit="ms"),
        _figure(f"{name}: HTML gzipped", size, must=60, unit="KB"),
    ]


def _figure(name: str, ours: float, *, must: float, unit: str) -> Figure:
    return Figure(name=name, floor_name="", floor=0, ours=ours, must=must, unit=unit)
