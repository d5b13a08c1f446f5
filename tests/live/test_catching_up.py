"""Pages that were away, behind, ahead or broken off, and what they are told when they come."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from plans.domain.picture import picture_of
from plans.domain.step import Step
from plans.live import viewer
from plans.live.news import News
from tests.live.stage import NAMESPACE, Page, Stage, ops_of, plan_of, title


async def test_a_page_that_was_away_gets_what_it_missed_merged(stage: Stage) -> None:
    await stage.page()
    for number in (1, 2, 1):
        stage.hub.offer(stage.change(title(number, f"New {stage.picture.plan.revision}")))
    page = await stage.page(rev=2)
    (frame,) = page.frames()
    assert (frame["prev"], frame["rev"]) == (2, 4)
    assert [op["id"] for op in ops_of(frame, "card")] == [1, 2]


async def test_a_page_that_was_away_too_long_starts_over(stage: Stage) -> None:
    stage.change(title(1, "A"))
    stage.change(title(1, "B"))
    page = await stage.page(rev=1)
    assert page.of_type("resync") == [{"v": 1, "type": "resync", "epoch": "e1", "rev": 3}]
    assert stage.hub.facts()["resyncs"] == 1


async def test_a_page_that_fetched_what_was_undone_before_the_hub_knew_starts_over(stage: Stage) -> None:
    await stage.page()
    stage.change(lambda plan: plan.with_steps([*plan.steps, Step(number=4, title="Soon gone")]))
    stage.hub.offer(stage.change(lambda plan: plan.with_steps(plan.steps[:-1])))
    page = await stage.page(rev=2)
    assert page.frames() == []
    assert page.of_type("resync") == [{"v": 1, "type": "resync", "epoch": "e1", "rev": 3}]


async def test_a_page_that_started_over_gets_nothing_until_it_says_hello_again(stage: Stage) -> None:
    stage.change(title(1, "A"))
    page = await stage.page(rev=0)
    stage.hub.offer(stage.change(title(1, "B")))
    assert page.frames() == []
    await page.hello(3)
    stage.hub.offer(stage.change(title(1, "C")))
    await page.until(page.frames)
    assert (page.frames()[0]["prev"], page.frames()[0]["rev"]) == (3, 4)


async def test_another_history_makes_every_page_start_over(stage: Stage) -> None:
    page = await stage.page()
    other = replace(plan_of(2, epoch="e2"), revision=9)
    stage.hub.offer(News(picture_of(other)))
    await page.until(lambda: page.of_type("resync"))
    assert page.of_type("resync")[0]["epoch"] == "e2"


async def test_a_page_newer_than_what_the_hub_knows_makes_it_read_again(stage: Stage) -> None:
    first = await stage.page()
    stage.change(title(1, "Not told"))
    second = await stage.page(rev=2)
    await first.until(first.frames)
    assert second.frames() == []
    assert second.of_type("resync") == []


async def test_a_page_that_reloads_finds_what_it_missed(stage: Stage) -> None:
    page = await stage.page()
    assert page.seat is not None
    page.seat.leave()
    stage.hub.offer(stage.change(title(1, "While away")))
    again = await stage.page(rev=1)
    assert again.frames()[0]["rev"] == 2


async def test_a_page_that_could_not_be_sent_a_frame_must_connect_again(stage: Stage) -> None:
    class Refusing(Page):
        async def send(self, text: str) -> None:
            if "prev" in text:
                raise RuntimeError(text)
            await super().send(text)

    page = Refusing()
    page.seat = stage.hub.join(NAMESPACE, page)
    await page.hello(1)
    await page.until(lambda: page.texts)
    stage.hub.offer(stage.change(title(1, "Lost")))
    stage.hub.offer(stage.change(title(1, "Never sent")))
    await page.until(lambda: page.closed)
    assert page.closed == 1011
    assert page.frames() == []


async def test_an_older_picture_never_takes_anything_back(stage: Stage) -> None:
    page = await stage.page()
    old = News(stage.picture)
    stage.hub.offer(stage.change(title(1, "New")))
    stage.hub.offer(old)
    await asyncio.sleep(2 * viewer.SPACING)
    assert [frame["rev"] for frame in page.frames()] == [2]
