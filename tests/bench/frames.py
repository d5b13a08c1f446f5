"""From a changed file to a WebSocket frame: at one viewer, at many, with large plans and with many plans."""

from __future__ import annotations

import asyncio
import os
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.floor_process import Floor
from tests.bench.peer_files import PeerPlan
from tests.bench.signed_in import SignedIn
from tests.bench.timing import Figure
from tests.bench.uvicorn_board import UvicornBoard, allow_many_sockets
from tests.bench.viewers import PATIENCE, Audience, watching

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES = {100: 4.0, 1_000: 1.5, 5_000: 5.0}
"""Steps, and the ratio that must be reached: the first to the floor, the others to the first."""
WARM_UP = 5
PACE = 0.11
"""Seconds between two changes of one plan: more often nobody is sent anything."""
REST = 0.03
"""Seconds in which the board finishes with one plan, its rows and its header, before another one changes."""
_FLOOR = "inotify → websockets"
FEW = 10

type Subject = tuple[PeerPlan, Audience]


def frames(folder: Path, *, rounds: int) -> list[Figure]:
    """Measure one viewer of plans of each size."""
    return asyncio.run(_frames(folder, rounds))


def many_plans(folder: Path, *, plans: int, rounds: int) -> list[Figure]:
    """Measure one change among few plans and among many."""
    return asyncio.run(_many_plans(folder, plans, rounds))


def fan_out(folder: Path, *, viewers: int, rounds: int) -> list[Figure]:
    """Measure one change until the last of many viewers has it, and what a viewer costs in memory."""
    return asyncio.run(_fan_out(folder, viewers, rounds))


def on_uvicorn(folder: Path, *, few: int, many: int, rounds: int) -> list[Figure]:
    """Measure the same where uvicorn serves: few viewers against the floor, many against the few."""
    allow_many_sockets()
    return asyncio.run(_on_uvicorn(folder, few, many, rounds))


async def _frames(folder: Path, rounds: int) -> list[Figure]:
    with SignedIn(folder) as board, Floor(folder, steps=100) as floor:
        raw = Audience()
        await raw.join(floor.port, "/")
        subjects = [(floor.plan, raw)]
        for steps in SIZES:
            plan = PeerPlan(board.root, f"bench.s{steps}", steps=steps)
            subjects.append((plan, await watching(board, plan.namespace)))
        floor_ms, *ours = await _medians(subjects, rounds)
    small = next(iter(SIZES))
    return [
        Figure(
            name=f"file → frame, {steps:,} steps",
            floor_name=_FLOOR if steps == small else f"ours at {small} steps",
            floor=floor_ms if steps == small else ours[0],
            ours=found,
            must=must,
        )
        for (steps, must), found in zip(SIZES.items(), ours, strict=True)
    ]


async def _many_plans(folder: Path, plans: int, rounds: int) -> list[Figure]:
    with SignedIn(folder / "few") as few, SignedIn(folder / "many") as many:
        subjects = []
        for board, count in ((few, FEW), (many, plans)):
            made = [PeerPlan(board.root, f"bench.p{number}", steps=10) for number in range(count)]
            board.wait_for_plans(count)
            subjects.append((made[0], await watching(board, made[0].namespace)))
        floor_ms, ours = await _medians(subjects, rounds)
    name = f"file → frame, {plans:,} plans"
    return [Figure(name=name, floor_name=f"ours with {FEW} plans", floor=floor_ms, ours=ours, must=1.1)]


async def _fan_out(folder: Path, viewers: int, rounds: int) -> list[Figure]:
    with SignedIn(folder) as board, Floor(folder, steps=100) as floor:
        told, grown = await _fanned(board, floor, viewers, rounds)
    return [
        Figure(
            name=f"one change to {viewers:,} viewers",
            floor_name="websockets.broadcast",
            floor=told[0],
            ours=told[1],
            must=5,
        ),
        Figure(
            name=f"memory per viewer, {viewers:,} viewers",
            floor_name="websockets",
            floor=grown[0],
            ours=grown[1],
            must=2.5,
            unit="KB",
        ),
    ]


async def _on_uvicorn(folder: Path, few: int, many: int, rounds: int) -> list[Figure]:
    with UvicornBoard(folder) as board, Floor(folder, steps=100) as floor:
        (floor_ms, few_ms), _ = await _fanned(board, floor, few, rounds)
        (_, many_ms), _ = await _fanned(board, floor, many, rounds)
    return [
        Figure(
            name=f"one change to {few:,} viewers, uvicorn",
            floor_name="websockets.broadcast",
            floor=floor_ms,
            ours=few_ms,
            must=1.6,
        ),
        Figure(
            name=f"one change to {many:,} viewers, uvicorn",
            floor_name=f"{many // few} x ours at {few:,}",
            floor=few_ms * many / few,
            ours=many_ms,
            must=1.2,
        ),
    ]


async def _fanned(
    board: SignedIn, floor: Floor, viewers: int, rounds: int
) -> tuple[list[float], list[float]]:
    """Let so many look at the floor and at ours; gives the medians, ms, and what a viewer costs, KB."""
    plan = PeerPlan(board.root, f"bench.viewers{viewers}", steps=100)
    raw = Audience()
    first = await watching(board, plan.namespace)
    before = [_resident(floor.process.pid), _resident(board.pid)]
    await raw.join(floor.port, "/", count=viewers)
    ours = await watching(board, plan.namespace, count=viewers)
    after = [_resident(floor.process.pid), _resident(board.pid)]
    told = await _medians([(floor.plan, raw), (plan, ours)], rounds)
    first.leave()
    return told, [(now - then) / viewers for then, now in zip(before, after, strict=True)]


async def _medians(subjects: Sequence[Subject], rounds: int) -> list[float]:
    """Change every subject in turn; gives the median of each, ms."""
    found: list[list[float]] = [[] for _ in subjects]
    for turn in range(WARM_UP + rounds):
        for (plan, audience), times in zip(subjects, found, strict=True):
            taken = await _one(plan, audience)
            if turn >= WARM_UP:
                times.append(taken)
            await asyncio.sleep(REST)
        await asyncio.sleep(PACE)
    for _, audience in subjects:
        audience.leave()
    return [statistics.median(times) for times in found]


async def _one(plan: PeerPlan, audience: Audience) -> float:
    seen = audience.expect()
    began = plan.swap()
    async with asyncio.timeout(PATIENCE):
        return (await seen - began) * 1000


def _resident(pid: int) -> float:
    """Give a process's resident memory, KB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024
