"""What the pages about all plans are told, and how seldom: the inbox with real tasks."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from channels.layers import InMemoryChannelLayer

from plans.live import inbox as inbox_module
from plans.live import viewer
from plans.live.hub import Hub
from plans.live.inbox import Inbox, Part
from plans.live.messages import GROUP, Changed, poke
from tests.live.stage import Page, PlainBrush, Shelf
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping

ADA, EVE = 1, 2
PLAN, HIDDEN = "search.index", "security.keys"


class Post:
    """What everybody's queue shows: what the mirror is to the inbox."""

    def __init__(self) -> None:
        self.revision = 1
        self.hidden: dict[int, set[str]] = {EVE: {HIDDEN}}
        self.shown: dict[int, object] = {ADA: ["gate"], EVE: ["gate"]}
        self.looks = self.reads = 0
        self.asked: list[set[int]] = []
        self.looked = asyncio.Event()
        self.broken = False

    async def state(self, people: Collection[int], *, named: Collection[str]) -> Mapping[int, Part]:
        self.looks += 1
        await asyncio.sleep(0)
        self.looked.set()
        if self.broken:
            raise ConnectionError
        return {
            key: Part((self.revision, self.shown[key]), not self.hidden.get(key, set()).issuperset(named))
            for key in people
            if key in self.shown
        }

    async def queues(self, people: Collection[int]) -> Mapping[int, object]:
        self.reads += 1
        self.asked.append(set(people))
        await asyncio.sleep(0)
        return {key: self.shown[key] for key in people if key in self.shown}

    async def look(self) -> None:
        """Wait for a whole look that begins from now on."""
        for _ in range(2):
            self.looked.clear()
            async with asyncio.timeout(PATIENCE):
                await self.looked.wait()


class Desk:
    """An inbox and its pages."""

    def __init__(self) -> None:
        self.post = Post()
        self.inbox = Inbox(self.post)

    async def page(self, person: int = ADA, *, all_plans: bool = False) -> Page:
        page = Page()
        self.seat(page, person)
        assert page.seat is not None
        await page.seat.heard(json.dumps({"type": "hello", "all": all_plans}))
        await page.until(lambda: page.texts)
        return page

    def seat(self, page: Page, person: int = ADA) -> None:
        page.seat = self.inbox.join(person, page)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "SPACING", 0.01)
    monkeypatch.setattr(inbox_module, "LOOK_SECONDS", 0.05)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    await desk.inbox.stop()


def revs(page: Page) -> list[object]:
    return [text["rev"] for text in page.of_type("changed")]


async def test_a_page_is_told_first_once_its_queue_was_looked_at(desk: Desk) -> None:
    page = await desk.page()
    assert page.texts == [{"type": "changed", "rev": 1}]
    assert desk.post.reads == 1


async def test_a_page_that_says_nothing_is_told_nothing(desk: Desk) -> None:
    silent = Page()
    desk.seat(silent)
    await desk.page()
    desk.inbox.changed(PLAN)
    await desk.post.look()
    assert silent.texts == []


async def test_only_those_whose_queue_changed_are_told(desk: Desk) -> None:
    ada, eve = await desk.page(ADA), await desk.page(EVE)
    desk.post.shown[EVE] = []
    desk.inbox.stir()
    await eve.until(lambda: len(eve.texts) == 2)
    await desk.post.look()
    assert revs(eve) == [1, 2]
    assert revs(ada) == [1]


async def test_a_page_about_all_plans_is_told_of_any_change_and_its_queue_counts_on(desk: Desk) -> None:
    queue, plans = await desk.page(), await desk.page(all_plans=True)
    desk.post.revision += 1
    desk.inbox.changed(PLAN)
    await plans.until(lambda: len(plans.texts) == 2)
    await desk.post.look()
    assert revs(plans) == [1, 1]
    assert revs(queue) == [1]


async def test_a_page_about_all_plans_is_not_told_of_those_that_one_may_not_see(desk: Desk) -> None:
    """Red where a change of any plan is told: when somebody works there is nobody else's business."""
    ada, eve = await desk.page(ADA, all_plans=True), await desk.page(EVE, all_plans=True)
    desk.inbox.changed(HIDDEN)
    await ada.until(lambda: len(ada.texts) == 2)
    await desk.post.look()
    assert (revs(ada), revs(eve)) == ([1, 1], [1])
    assert desk.post.asked[-1] == {ADA}, "nobody else's queue is read again"

    desk.inbox.changed(PLAN)
    await eve.until(lambda: len(eve.texts) == 2)


async def test_many_changes_are_told_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = await desk.page(all_plans=True)
    monkeypatch.setattr(inbox_module, "SPACING", 0.2)
    loop = asyncio.get_running_loop()
    began = loop.time()
    for _ in range(500):
        desk.post.revision += 1
        desk.inbox.changed(PLAN)
        await asyncio.sleep(0)
    await desk.post.look()
    assert len(page.texts) <= 3 + (loop.time() - began) / 0.2


async def test_a_change_that_nobody_told_of_is_found(desk: Desk) -> None:
    queue, plans = await desk.page(), await desk.page(all_plans=True)
    desk.post.revision += 1
    desk.post.shown[ADA] = ["gate", "approval"]
    await queue.until(lambda: revs(queue) == [1, 2])
    await plans.until(lambda: revs(plans) == [1, 2])


async def test_a_look_that_fails_is_made_good(desk: Desk) -> None:
    page = await desk.page()
    desk.post.broken = True
    desk.post.shown[ADA] = []
    desk.inbox.changed(PLAN)
    await desk.post.look()
    desk.post.broken = False
    await page.until(lambda: revs(page) == [1, 2])


async def test_a_silent_line_shows_that_it_is_alive(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = await desk.page()
    monkeypatch.setattr(viewer, "HEARTBEAT_SECONDS", 0.0)
    await page.until(lambda: page.beats)
    assert page.beats[0]["rev"] == 1


async def test_a_page_that_takes_nothing_is_not_sent_more(desk: Desk) -> None:
    page = Page()
    page.stuck = asyncio.Event()
    desk.seat(page)
    assert page.seat is not None
    await page.seat.heard('{"type":"hello","all":true}')
    for _ in range(3):
        desk.inbox.changed(PLAN)
        await desk.post.look()
    page.stuck.set()
    await page.until(lambda: page.texts)
    assert len(page.texts) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type":"hello","all":"yes"}'])
async def test_what_is_no_message_closes_with_4400(desk: Desk, text: str) -> None:
    page = Page()
    desk.seat(page)
    assert page.seat is not None
    await page.seat.heard(text)
    await page.until(lambda: page.closed)
    assert page.closed == 4400
    assert desk.inbox.facts() == {"people": 0, "sockets": 0}


async def test_an_unknown_message_is_ignored(desk: Desk) -> None:
    page = await desk.page()
    assert page.seat is not None
    await page.seat.heard('{"type":"tomorrow"}')
    assert page.closed is None


async def test_who_left_is_looked_at_no_more(desk: Desk) -> None:
    page = await desk.page()
    assert page.seat is not None
    page.seat.leave()
    page.seat.leave()
    assert desk.inbox.facts() == {"people": 0, "sockets": 0}
    again = await desk.page()
    assert revs(again) == [1]


async def test_somebody_who_is_no_longer_known_is_told_nothing(desk: Desk) -> None:
    del desk.post.shown[EVE]
    page = Page()
    desk.seat(page, EVE)
    assert page.seat is not None
    await page.seat.heard('{"type":"hello"}')
    await desk.page(ADA)
    await desk.post.look()
    assert page.texts == []


async def test_another_processs_poke_reaches_the_pages_through_the_hub(desk: Desk) -> None:
    layer = InMemoryChannelLayer()
    hub = Hub(layer=lambda: layer, source=Shelf(), brush=PlainBrush())
    hub.on_change(desk.inbox.changed)
    hub.start()
    page = await desk.page(all_plans=True)
    async with asyncio.timeout(PATIENCE):
        while len(page.texts) < 2:  # until the hub has joined the group, nobody hears a poke
            await layer.group_send(GROUP, poke(Changed(PLAN, "e1", 7)))
            await asyncio.sleep(0.01)
    await hub.stop()
