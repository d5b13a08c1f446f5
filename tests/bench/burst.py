"""After a storm: ten thousand writes over a hundred plans, and how soon every page shows the newest state."""

from __future__ import annotations

import asyncio
import time
from itertools import cycle, islice
from typing import TYPE_CHECKING, override

import msgspec

from tests.bench.peer_files import PeerPlan
from tests.bench.signed_in import SignedIn
from tests.bench.timing import Figure
from tests.bench.viewers import PATIENCE, Audience, Viewer

if TYPE_CHECKING:
    from pathlib import Path

PLANS, STEPS = 100, 10
MUST = 2_000.0
AT_ONCE = 200
"""Writes without a pause; then the sockets of this process are read, too."""


class _Message(msgspec.Struct):
    type: str = ""
    epoch: str = ""
    rev: int = 0


class Reader(Audience):
    """Pages that acknowledge whatever comes at once, and start over when they are told to."""

    @override
    def heard(self, viewer: Viewer, message: bytes) -> None:
        found = msgspec.json.decode(message, type=_Message)
        if found.type == "resync":
            viewer.say(b'{"type":"hello","epoch":"%s","rev":%d}' % (found.epoch.encode(), found.rev))
        elif not found.type:
            viewer.say(b'{"type":"ack","rev":%d}' % found.rev)
        if self.wanted and self.wanted in message:
            self.saw(viewer)


def burst(folder: Path, *, writes: int) -> list[Figure]:
    """Measure from the last write until the last page has it, and what the writes themselves took."""
    return asyncio.run(_burst(folder, writes))


async def _burst(folder: Path, writes: int) -> list[Figure]:
    with SignedIn(folder) as board:
        plans = [PeerPlan(board.root, f"bench.b{number}", steps=STEPS) for number in range(PLANS)]
        board.wait_for_plans(PLANS)
        readers = [await _reading(board, plan.namespace) for plan in plans]
        for number, plan in enumerate(islice(cycle(plans), writes)):
            plan.swap()
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        seen = [reader.expect(b"the last word") for reader in readers]
        for plan in plans:
            plan.say("the last word")
        ended = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            last = max(await asyncio.gather(*seen))
        for reader in readers:
            reader.leave()
    name = f"{writes:,} writes over {PLANS} plans: from the last one until every page has it"
    return [Figure(name=name, floor_name="", floor=0, ours=(last - ended) * 1000, must=MUST)]


async def _reading(board: SignedIn, namespace: str) -> Reader:
    epoch, revision = board.version(namespace)
    reader = Reader(hello=b'{"type":"hello","epoch":"%s","rev":%d}' % (epoch.encode(), revision))
    await reader.join(board.port, f"/ws/plans/{namespace}/", cookie=board.cookie)
    return reader
