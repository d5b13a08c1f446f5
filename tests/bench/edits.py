"""Durable edits against one write, fsync and rename of the same bytes."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from plans.domain.actor import person
from plans.domain.verbs import shaping
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from tests.bench.timing import Figure, interleaved, timed

if TYPE_CHECKING:
    from plans.domain.plan import Plan

NAMESPACE = "bench"
YOU = person("local")
PROCESSES = 16


def clock() -> int:
    return time.time_ns() // 1_000_000


def filled(root: Path, steps: int, *, namespace: str = NAMESPACE) -> PlanStore:
    """Make a plan of so many steps."""
    store = PlanStore(root, clock=clock)

    def made(plan: Plan) -> Plan:
        for number in range(steps):
            plan = shaping.add(plan, by=YOU, at=clock(), title=f"Step {number} of a plan that is measured")
        return plan

    store.create(namespace, made, Order(by=YOU, verb="create"))
    return store


def replaced(path: Path, data: bytes) -> None:
    """The floor: what replacing a file durably costs at least."""
    draft = path.with_suffix(".tmp")
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(fd, data)
    os.fsync(fd)
    os.close(fd)
    draft.rename(path)


def edits(folder: Path, *, rounds: int, steps: int = 100) -> list[Figure]:
    """Measure an edit that peers see, and one that only the journal holds."""
    store = filled(folder, steps)
    data = (folder / NAMESPACE / "plan.json").read_bytes()
    numbers = count()

    def edit(**changes: str) -> None:
        store.change(
            NAMESPACE,
            lambda plan: shaping.edit(plan, 1, by=YOU, **changes),  # type: ignore[arg-type]
            Order(by=YOU, verb="edit"),
        )

    def floor() -> None:
        replaced(folder / "floor.json", data)

    seen = interleaved(floor, lambda: edit(title=f"Title {next(numbers)}"), rounds=rounds)
    quiet = interleaved(floor, lambda: edit(notes=f"Notes {next(numbers)}"), rounds=rounds)
    name = f"durable edit, {steps} steps"
    write = "write+fsync+rename"
    return [
        Figure(name=f"{name}, rewrites plan.json", floor_name=write, floor=seen[0], ours=seen[1], must=3),
        Figure(name=f"{name}, journal only", floor_name=write, floor=quiet[0], ours=quiet[1], must=2),
    ]


def many_writers(folder: Path, *, each: int) -> Figure:
    """16 processes on one plan, against a blocking flock around read, write, fsync, rename, fsync."""
    filled(folder, PROCESSES)
    floor = timed(lambda: _race(folder, "floor", each))
    ours = timed(lambda: _race(folder, "ours", each))
    name = f"{PROCESSES} processes x {each} edits"
    return Figure(name=name, floor_name="flock + the same fsyncs", floor=floor, ours=ours, must=1 / 0.7)


def _race(folder: Path, what: str, each: int) -> None:
    started = [
        subprocess.Popen([sys.executable, "-m", "tests.bench.edits", what, str(folder), str(n), str(each)])
        for n in range(PROCESSES)
    ]
    codes = [process.wait() for process in started]
    if any(codes):
        message = "a writer failed"
        raise RuntimeError(message)


def _write_ours(folder: Path, writer: int, each: int) -> None:
    store = PlanStore(folder, clock=clock)
    for turn in range(each):
        store.change(
            NAMESPACE,
            lambda plan, turn=turn: shaping.edit(plan, writer + 1, by=YOU, title=f"By {writer}, {turn}"),  # type: ignore[misc]
            Order(by=YOU, verb="edit"),
        )


def _write_floor(folder: Path, each: int) -> None:
    plan, journal, lock = folder / "floor.json", folder / "floor.jsonl", folder / "floor.lock"
    data = (folder / NAMESPACE / "plan.json").read_bytes()
    fd = os.open(lock, os.O_RDWR | os.O_CREAT)
    line = b"x" * 300 + b"\n"
    for _ in range(each):
        fcntl.flock(fd, fcntl.LOCK_EX)
        if plan.exists():
            plan.read_bytes()
        out = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(out, line)
        os.fsync(out)
        os.close(out)
        replaced(plan, data)
        fcntl.flock(fd, fcntl.LOCK_UN)


if __name__ == "__main__":
    kind, place, number, times = sys.argv[1:]
    if kind == "ours":
        _write_ours(Path(place), int(number), int(times))
    else:
        _write_floor(Path(place), int(times))
