"""Two processes' hubs with a Redis between them: what one of them hears of reaches the pages of both."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from channels_redis.pubsub import RedisPubSubChannelLayer

from plans.domain.picture import Life
from plans.domain.step import Status
from plans.live.hub import Hub
from plans.live.inbox import Inbox
from plans.live.messages import GROUP, Changed, poke
from plans.live.presence import Person
from tests.live.stage import NAMESPACE, Page, Stage, status
from tests.live.test_inbox import ADA, Post
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ANA, BEN = Person("ana", "Ana"), Person("ben", "Ben")


class Two:
    """Two hubs that read the same mirror; only Redis is between them."""

    def __init__(self, url: str) -> None:
        self.stage = Stage()
        prefix = uuid4().hex  # pub/sub knows no database numbers, and tests run side by side
        self.layers = [RedisPubSubChannelLayer(hosts=[url], prefix=prefix) for _ in range(2)]
        self.hubs = [self._hub(layer) for layer in self.layers]

    async def page(self, at: int, person: Person | None = None) -> Page:
        """Open a page at one of the processes; it looks at the plan."""
        page = Page()
        page.seat = self.hubs[at].join(NAMESPACE, page, person=person)
        await page.hello(self.stage.picture.plan.revision)
        await page.until(lambda: page.texts)
        if person is not None:
            await page.seat.heard('{"type":"look"}')
        return page

    async def joined(self) -> None:
        """Wait until both hear what is told: who has not joined yet hears nothing."""
        heard: set[int] = set()
        for at, hub in enumerate(self.hubs):
            hub.on_change(lambda _plan, at=at: heard.add(at))  # type: ignore[misc]
            hub.start()
        async with asyncio.timeout(PATIENCE):
            while len(heard) < len(self.hubs):
                await self.tell()
                await asyncio.sleep(0.02)

    async def tell(self, *, state: bool = False) -> None:
        """Poke as the worker of the first process does."""
        changed = Changed(NAMESPACE, *self.stage.picture.version, state=state)
        await self.layers[0].group_send(GROUP, poke(changed))

    async def close(self) -> None:
        for hub in self.hubs:
            await hub.stop()
        for layer in self.layers:
            await layer.flush()

    def _hub(self, layer: RedisPubSubChannelLayer) -> Hub:
        return Hub(layer=lambda: layer, source=self.stage.shelf, brush=self.stage.brush)


@asynccontextmanager
async def two_hubs(url: str) -> AsyncIterator[Two]:
    two = Two(url)
    try:
        await two.joined()
        yield two
    finally:
        await two.close()


def people(page: Page) -> list[str]:
    """Give the names that the page was told last."""
    told = [op for text in page.of_type("state") for op in text["ops"] if op["op"] == "people"]  # type: ignore[attr-defined]
    return [person["name"] for person in told[-1]["people"]] if told else []


async def test_changes_and_what_has_no_revision_reach_the_pages_of_both(redis_url: str) -> None:
    async with two_hubs(redis_url) as two:
        pages = [await two.page(0), await two.page(1)]
        for number in (1, 2, 3):
            two.stage.change(status(number, Status.IN_PROGRESS, "abc"))
            await two.tell()
        two.stage.with_state(lives={"abc": Life(session="abc", liveness="stale")})
        await two.tell(state=True)
        for page in pages:
            await page.until(lambda page=page: page.frames() and page.frames()[-1]["rev"] == 4)  # type: ignore[misc]
            await page.until(lambda page=page: any("|stale" in str(text) for text in page.texts))  # type: ignore[misc]
            chain = [1, *(frame["rev"] for frame in page.frames())]
            assert [frame["prev"] for frame in page.frames()] == chain[:-1]


async def test_people_at_one_process_are_shown_at_the_other_until_they_go(redis_url: str) -> None:
    async with two_hubs(redis_url) as two:
        ana, ben = await two.page(0, ANA), await two.page(1, BEN)
        for page in (ana, ben):
            await page.until(lambda page=page: people(page) == ["Ana", "Ben"])  # type: ignore[misc]
        assert ben.seat is not None
        ben.seat.leave()
        await ana.until(lambda: people(ana) == ["Ana"])


async def test_an_inbox_hears_of_changes_at_the_other_process(redis_url: str) -> None:
    async with two_hubs(redis_url) as two:
        post = Post()
        inbox = Inbox(post)
        two.hubs[1].on_change(inbox.changed)
        two.hubs[1].start()
        page = Page()
        seat = inbox.join(ADA, page)
        await seat.heard('{"type":"hello","all":true}')
        await page.until(lambda: page.of_type("changed"))
        page.texts.clear()
        async with asyncio.timeout(PATIENCE):
            while not page.of_type("changed"):  # until its hub has joined, nobody hears a poke
                post.revision += 1
                await two.tell()
                await asyncio.sleep(0.1)
        await inbox.stop()
