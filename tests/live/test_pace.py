"""How much a page is told at once, and how often."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.picture import Life
from plans.domain.step import Status
from plans.live import viewer
from tests.live.stage import Stage, ops_of, title

if TYPE_CHECKING:
    import pytest


async def test_changes_in_a_burst_are_merged_to_ten_frames_a_second(stage: Stage) -> None:
    page = await stage.page()
    loop = asyncio.get_running_loop()
    start = loop.time()
    for number in range(200):
        stage.hub.offer(stage.change(title(1, f"Number {number}")))
        await asyncio.sleep(0.005)
    await page.until(lambda: page.frames()[-1]["rev"] == stage.picture.plan.revision)
    frames, seconds = page.frames(), loop.time() - start
    assert 2 <= len(frames) <= viewer.BURST + seconds / viewer.SPACING
    assert [frame["prev"] for frame in frames[1:]] == [frame["rev"] for frame in frames[:-1]]


async def test_a_lone_change_goes_out_at_once(stage: Stage) -> None:
    page = await stage.page()
    stage.hub.offer(stage.change(title(1, "Now")))
    assert len(page.frames()) == 1


async def test_at_most_two_frames_are_under_way_and_the_rest_is_merged(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer, "SPACING", 0.0)
    page = await stage.page(acknowledges=False)
    for _ in range(5):
        stage.hub.offer(stage.change(title(1, f"Rev {stage.picture.plan.revision + 1}")))
    assert [frame["rev"] for frame in page.frames()] == [2, 3]
    await page.ack(3)
    await page.until(lambda: len(page.frames()) == 3)
    assert (page.frames()[2]["prev"], page.frames()[2]["rev"]) == (3, 6)


async def test_a_page_that_never_acknowledges_is_closed_as_too_slow(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer, "ACK_SECONDS", 0.2)
    page = await stage.page(acknowledges=False)
    stage.hub.offer(stage.change(title(1, "Ignored")))
    await page.until(lambda: page.closed)
    assert page.closed == 4408
    assert stage.hub.facts()["sockets"] == 0


async def test_a_socket_that_does_not_take_a_frame_gets_no_second_one_and_holds_up_nobody(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer, "SPACING", 0.0)
    slow, quick = await stage.page(), await stage.page()
    slow.stuck = asyncio.Event()
    for _ in range(3):
        stage.hub.offer(stage.change(title(1, f"Rev {stage.picture.plan.revision + 1}")))
        await asyncio.sleep(0)
    await quick.until(lambda: quick.frames()[-1]["rev"] == 4)
    slow.stuck.set()
    await slow.until(slow.frames)
    stage.hub.offer(stage.change(title(1, "Last")))
    await slow.until(lambda: slow.frames()[-1]["rev"] == 5)
    assert [frame["prev"] for frame in slow.frames()[1:]] == [frame["rev"] for frame in slow.frames()[:-1]]


async def test_more_cards_than_a_page_should_swap_are_fetched_instead() -> None:
    stage = Stage(steps=80)
    page = await stage.page()
    stage.hub.offer(stage.change(lambda plan: plan.with_steps(replace(s, title="New") for s in plan.steps)))
    await page.until(lambda: page.of_type("resync"))
    assert stage.brush.drawn == []
    await stage.hub.stop()


async def test_a_frame_that_a_server_would_not_take_is_fetched_instead(stage: Stage) -> None:
    page = await stage.page()
    stage.hub.offer(stage.change(title(1, "x" * 70_000)))
    await page.until(lambda: page.of_type("resync"))
    assert page.frames() == []


async def test_many_sessions_that_go_stale_at_once_are_told_in_several_messages() -> None:
    stage = Stage(steps=100)
    stage.change(
        lambda plan: plan.with_steps(
            replace(s, status=Status.IN_PROGRESS, owner=f"abc-{s.number}", title="x" * 2_000)
            for s in plan.steps
        )
    )
    page = await stage.page()
    page.texts.clear()
    lives = {f"abc-{n}": Life(session=f"abc-{n}", liveness="stale") for n in range(1, 101)}
    stage.hub.offer(stage.with_state(lives=lives))
    await page.until(lambda: len(page.texts) > 3)
    assert sum(len(ops_of(text, "card")) for text in page.texts) == 100
    assert max(len(json.dumps(text)) for text in page.texts) < 65_536
    await stage.hub.stop()
