"""What changes without a revision: who is alive, the banner, the header."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from plans.domain.picture import Life
from plans.domain.problem import Problem
from plans.domain.step import Status
from plans.live import viewer
from plans.live.news import News
from tests.live.stage import Stage, ops_of, status, title


async def test_a_stale_owner_is_told_outside_the_revisions(stage: Stage) -> None:
    stage.change(status(2, Status.IN_PROGRESS, "abc"))
    page = await stage.page()
    stale = Life(session="abc", beat_at=1, liveness="stale")
    page.texts.clear()
    stage.hub.offer(stage.with_state(lives={"abc": stale}))
    await page.until(page.texts.copy)
    (text,) = page.texts
    assert text["type"] == "state"
    assert ops_of(text, "card")[0]["html"] == "Step 2|in_progress|abc|stale"
    assert "rev" not in text


async def test_a_heartbeat_of_a_session_alone_is_no_news(stage: Stage) -> None:
    stage.change(status(2, Status.IN_PROGRESS, "abc"))
    stage.with_state(lives={"abc": Life(session="abc", beat_at=1, liveness="live")})
    page = await stage.page()
    page.texts.clear()
    stage.hub.offer(stage.with_state(lives={"abc": Life(session="abc", beat_at=2, liveness="live")}))
    assert page.texts == []


async def test_an_unreadable_file_raises_the_banner_and_a_repaired_one_takes_it_down(stage: Stage) -> None:
    page = await stage.page()
    problem = Problem(kind="unreadable", message="line 3, column 7: no comma", line=3, column=7)
    stage.hub.offer(stage.with_state(problem=problem))
    stage.hub.offer(stage.with_state())
    banners = [ops_of(text, "banner")[0]["html"] for text in page.of_type("state")]
    assert banners[-2:] == ["line 3, column 7: no comma", ""]


async def test_a_warning_about_the_file_reaches_open_pages_and_goes_with_its_reason(stage: Stage) -> None:
    page = await stage.page()
    stage.hub.offer(News(replace(stage.picture, warnings=("A key stands twice",))))
    stage.hub.offer(News(stage.picture))
    banners = [ops_of(text, "banner")[0]["html"] for text in page.of_type("state")]
    assert banners[-2:] == ["A key stands twice", ""]


async def test_a_page_that_says_hello_learns_the_state_that_changed_while_it_loaded(stage: Stage) -> None:
    stage.change(status(2, Status.IN_PROGRESS, "abc"))
    await stage.page()
    stage.hub.offer(stage.with_state(lives={"abc": Life(session="abc", liveness="stale")}))
    late = await stage.page()
    assert ops_of(late.of_type("state")[0], "card")[0]["id"] == 2


async def test_the_header_is_sent_only_when_it_changed(stage: Stage) -> None:
    page = await stage.page()
    stage.hub.offer(stage.change(title(1, "No header")))
    await page.until(page.frames)
    await asyncio.sleep(viewer.SPACING)
    stage.hub.offer(stage.change(status(1, Status.COMPLETED)))
    await page.until(lambda: len(page.frames()) == 2)
    assert [len(ops_of(frame, "head")) for frame in page.frames()] == [1, 1]
    await asyncio.sleep(viewer.SPACING)
    stage.hub.offer(stage.change(title(2, "No header")))
    await page.until(lambda: len(page.frames()) == 3)
    assert ops_of(page.frames()[2], "head") == []


async def test_the_header_of_a_large_plan_follows_the_card() -> None:
    stage = Stage(steps=300)
    page = await stage.page()
    stage.hub.offer(stage.change(status(1, Status.COMPLETED)))
    assert ops_of(page.frames()[0], "head") == []
    page.texts.clear()
    await page.until(page.texts.copy)
    assert ops_of(page.of_type("state")[0], "head")[0]["html"] == "|1"
    await stage.hub.stop()
