"""Crowds one after the other, each with another seed, until the time is over or one is refuted."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from typing import TYPE_CHECKING

from tests import figures
from tests.torture.board_crowd import BoardCrowd, run_with_board
from tests.torture.checker import check
from tests.torture.crowd import Crowd, run
from tests.torture.laws.revisions import KEPT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.torture.bar import Bar
    from tests.torture.evidence import Refutation
    from tests.torture.history import History

LONG = Crowd(
    ours=16,
    peers=8,
    readers=2,
    turns=60,
    rounds=("behind", "power", "nothing", "power", "nothing"),
    kills=12,
    dying=2,
    pauses=0.1,
    crashes=2,
)

AT_DOORS = BoardCrowd(api=3, mcp=2, cli=2, ours=4, peers=4, turns=40)


def run_crowds(place: Path, *, seed: str, seconds: float, bar: Bar) -> list[Refutation]:
    """Run crowds for so long and record their figures; gives what refutes the first refuted one."""
    started = time.monotonic()
    number, counts = 0, Counter[str]()

    def told(rounds: int) -> None:
        bar.tell((time.monotonic() - started) / seconds, f"crowd {number}, round {rounds}, {_words(counts)}")

    while number == 0 or time.monotonic() - started < seconds:
        number += 1
        here = place / str(number)
        here.mkdir()
        history = run(here, LONG._replace(seed=f"{seed}.{number}"), told=told)
        refuted = check(history)
        record(LONG, history, refuted)
        if refuted:
            return refuted
        counts += counted(history)
        shutil.rmtree(here)
        bar.tell((time.monotonic() - started) / seconds, f"a board and its doors, {_words(counts)}")
        here.mkdir()
        refuted = check(run_with_board(here, AT_DOORS._replace(seed=f"{seed}.{number}")))
        figures.record("writers", refuted=len(refuted))
        if refuted:
            return refuted
        shutil.rmtree(here)
    bar.tell(1.0, _words(counts))
    return []


def counted(history: History) -> Counter[str]:
    """Count what happened in a run."""
    found = Counter(event.what for event in history.events)
    edits = sum(call.wrote is not None for call in history.calls)
    reads = sum(call.read is not None for call in history.calls)
    return Counter(
        edits=edits,
        reads=reads,
        kills=found["killed"],
        pauses=found["paused"],
        crashes=found["crashed"],
        cuts=found["cut"],
    )


def record(crowd: Crowd, history: History, refuted: list[Refutation]) -> None:
    """Record the figures of one run."""
    counts = counted(history)
    stood = max((event.lasted for event in history.events if event.what == "stood"), default=0.0)
    figures.record(
        "writers",
        ours=crowd.ours,
        peers=crowd.peers,
        edits=counts["edits"],
        pauses=counts["pauses"],
        crashes=counts["crashes"],
        lost=sum(one.law == KEPT for one in refuted),
        refuted=len(refuted),
        stuck=stood,
    )


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
