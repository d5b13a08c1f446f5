"""What the tests of this room work with: a real root, the real store, a peer that knows nothing of us."""

from __future__ import annotations

import asyncio
import json
import os
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from channels.layers import InMemoryChannelLayer
from django.db import connection

from plans.domain import actor
from plans.domain.verbs import shaping, working
from plans.live.messages import GROUP, Changed, poked
from plans.sessions.heartbeats import Sessions
from plans.store.orders import Order
from plans.store.plan_store import PlanStore
from plans.sync.standby import FileLock
from plans.sync.telling import Teller
from plans.sync.worker import LOCK_WAIT, SyncWorker
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from plans.domain.plan import Plan
    from plans.live.hub import Hub

ABC = actor.session("session-abc")


class Clock:
    """Milliseconds that only pass when told to."""

    def __init__(self) -> None:
        self.now = 1_790_000_000_000

    def __call__(self) -> int:
        return self.now


class Stage:
    """A root with plans, and a worker that may watch it."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.home = folder / "home"
        for made in (self.root, self.home):
            made.mkdir(mode=0o700)
        self.clock = Clock()
        self.store = PlanStore(self.root, clock=self.clock)
        self.sessions = Sessions(self.root, clock=self.clock)
        self.layer = InMemoryChannelLayer()

    def worker(self, hub: Hub | None = None) -> SyncWorker:
        return SyncWorker(
            store=PlanStore(self.root, clock=self.clock, lock_wait=LOCK_WAIT),
            sessions=self.sessions,
            teller=Teller(lambda: self.layer, hub),
            lock=FileLock(str(self.home / "sync.lock")),
        )

    @asynccontextmanager
    async def working(self, hub: Hub | None = None) -> AsyncIterator[SyncWorker]:
        """Run a worker until everything that is there has been copied, and while the test goes on."""
        worker = self.worker(hub)
        task = asyncio.create_task(worker.run())
        try:
            async with asyncio.timeout(PATIENCE):
                await worker.idle.wait()
            yield worker
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def create(self, namespace: str, *titles: str) -> Plan:
        def first(plan: Plan) -> Plan:
            for title in titles:
                plan = shaping.add(plan, by=ABC, at=self.clock(), title=title)
            return plan

        return self.store.create(namespace, first, Order(by=ABC, verb="create")).plan

    def change(self, namespace: str, edit: Callable[[Plan], Plan], *, verb: str = "edit") -> Plan:
        self.clock.now += 1_000
        return self.store.change(namespace, edit, Order(by=ABC, verb=verb)).plan

    def claim(self, namespace: str, number: int) -> Plan:
        return self.change(namespace, lambda plan: working.claim(plan, number, by=ABC), verb="claim")

    def peer_writes(self, namespace: str, edit: Callable[[dict[str, object]], None]) -> None:
        """Rewrite plan.json as a program would that knows nothing of us: temp file, rename over."""
        path = self.root / namespace / "plan.json"
        content = json.loads(path.read_text())
        edit(content)
        draft = path.with_name("plan.json.draft")
        draft.write_text(json.dumps(content))
        os.replace(draft, path)  # noqa: PTH105

    async def hears(self) -> asyncio.Queue[Changed]:
        """Hear what the worker tells other processes."""
        queue: asyncio.Queue[Changed] = asyncio.Queue()
        channel = await self.layer.new_channel()
        await self.layer.group_add(GROUP, channel)

        async def hear() -> None:
            while True:
                changed = poked(await self.layer.receive(channel))
                if isinstance(changed, Changed):
                    queue.put_nowait(changed)

        self.hearing = asyncio.create_task(hear())
        return queue


async def asked[**P, T](question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask the database (or the files) in a thread that keeps no connection."""

    def ask() -> T:
        try:
            return question(*args, **kwargs)
        finally:
            connection.close()

    return await asyncio.to_thread(ask)


async def until(claim: Callable[[], object], *, seconds: float = PATIENCE) -> None:
    """Wait for something that other processes and threads bring about."""
    await asyncio.to_thread(_until, claim, time.monotonic() + seconds)


def _until(claim: Callable[[], object], deadline: float) -> None:
    try:
        while not claim():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.01)
    finally:
        connection.close()


def taken(heard: asyncio.Queue[Changed]) -> list[Changed]:
    """Take what was heard so far."""
    return [heard.get_nowait() for _ in range(heard.qsize())]
