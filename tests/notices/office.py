"""A mirror with plans that change, webhooks, and a courier whose waits are short."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async

from plans.domain.step import Request, RequestKind, Status, Step
from plans.notices.courier import Courier
from plans.notices.noticing import Watch
from plans.notices.targets import read_targets
from plans.people.webhooks import KINDS, Webhook, new_secret
from tests.mirror.stage import Story, set_step
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from plans.mirror.rows import Known

ORIGIN = "http://board.example"


class Office:
    """One plan of three steps, and who is told of it."""

    def __init__(self, namespace: str = "payments.ledger") -> None:
        self.now = 1_790_000_000_000
        self.targets = read_targets((), is_shared=False)
        self.uids = count(1)
        self.plans: dict[str, tuple[Story, Known]] = {}
        self.namespace = namespace
        self.open(namespace)

    def open(self, namespace: str) -> None:
        steps = (Step(number=number, title=f"Step {number}", owner="session-abc") for number in (1, 2, 3))
        story = Story(*steps, namespace=namespace, epoch=f"epoch of {namespace}")
        self.plans[namespace] = (story, story.mirror())

    def set(self, number: int, *, of: str = "", **values: object) -> int:
        """Change a step, and have that copied; gives the plan's revision."""
        namespace = of or self.namespace
        story, known = self.plans[namespace]
        story.change(set_step(number, **values))
        self.plans[namespace] = (story, story.mirror(known))
        return story.plan.revision

    def ask(self, number: int = 1, text: str = "Delete 41 rows?", *, of: str = "") -> None:
        """Let a step ask for approval."""
        story, _ = self.plans[of or self.namespace]
        request = Request(
            id=story.plan.revision + 1,
            kind=RequestKind.APPROVAL,
            text=text,
            by="session:session-abc",
            at=self.now,
            came_from=Status.IN_PROGRESS,
        )
        self.set(number, of=of, status=Status.BLOCKED, request=request)

    def go_on(self, number: int = 1) -> None:
        self.set(number, status=Status.IN_PROGRESS)

    def webhook(self, url: str, pattern: str = "*", *, kinds: str = " ".join(KINDS)) -> Webhook:
        return Webhook.objects.create(
            made_at=1, pattern=pattern, url=url, kinds=kinds, secret=new_secret(), on_since=1
        )

    def watch(self) -> Watch:
        return Watch(origin=lambda: ORIGIN, new_uid=lambda: f"uid-{next(self.uids)}")

    def look(self) -> int:
        return self.watch().look(now=self.now)

    @asynccontextmanager
    async def at_work(self, *delays: int, seconds: float = 30.0) -> AsyncIterator[Courier]:
        """Run a courier as `planboard up` does."""
        courier = Courier(
            self.watch(),
            targets=self.targets,
            clock=lambda: self.now,
            delays=delays or (0, 0, 0, 0),
            seconds=seconds,
        )
        task = asyncio.create_task(courier.run())
        try:
            yield courier
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until the database, or a receiver, says so."""
    async with asyncio.timeout(PATIENCE):
        while not await sync_to_async(condition)():  # noqa: ASYNC110 - it says nothing by itself
            await asyncio.sleep(0.05)
