"""What was lost on the way shows, and heals: numbers, sums, readings tried again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from plans.domain.picture import Life
from plans.domain.step import Status
from plans.live import hub, open_plan, viewer
from tests.live.stage import Page, Stage, status, title
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    import pytest


async def test_a_lost_poke_heals_within_seconds(stage: Stage) -> None:
    page = await stage.page()
    stage.change(title(2, "Nobody was told"))
    await page.until(page.frames)
    assert page.frames()[0]["rev"] == 2


async def test_a_reading_that_fails_is_tried_again(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    page = await stage.page()
    stage.shelf.broken = True
    stage.change(title(2, "Later"))
    async with asyncio.timeout(PATIENCE):
        await stage.shelf.failed.wait()
    stage.shelf.broken = False
    await page.until(page.frames)
    assert "trying again" in caplog.text


async def test_silence_is_broken_by_a_heartbeat_with_the_sum(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer, "HEARTBEAT_SECONDS", 0.1)
    page = await stage.page()
    await page.until(lambda: page.beats)
    beat = page.beats[0]
    assert (beat["epoch"], beat["rev"]) == ("e1", 1)
    assert isinstance(beat["sum"], str)
    assert len(beat["sum"]) == 8


def proven(page: Page) -> list[object]:
    """Give the revisions that the page was told it should hold."""
    return [beat["rev"] for beat in page.beats]


async def test_what_a_page_is_sent_is_numbered_and_followed_by_what_it_should_hold(stage: Stage) -> None:
    page = await stage.page()
    stage.hub.offer(stage.change(title(1, "A")))
    await page.until(lambda: 2 in proven(page))
    stage.hub.offer(stage.change(title(1, "B")))
    await page.until(lambda: 3 in proven(page))
    assert page.numbers == list(range(1, len(page.texts) + len(page.beats) + 1))


def test_a_page_that_missed_the_last_thing_it_was_told_knows_within_two_seconds() -> None:
    """It is told at the first look after PROOF_SECONDS; then it has to fetch what it missed."""
    to_fetch = 0.5
    assert viewer.PROOF_SECONDS + hub.LOOK_SECONDS + to_fetch <= 2


async def test_a_page_that_did_not_acknowledge_is_told_what_it_should_hold(stage: Stage) -> None:
    page = await stage.page(acknowledges=False)
    stage.hub.offer(stage.change(title(1, "A")))
    await page.until(lambda: 2 in proven(page))


async def test_a_page_whose_sum_is_another_one_is_counted(stage: Stage) -> None:
    page = await stage.page()
    assert page.seat is not None
    await page.seat.heard('{"type":"differs","rev":1}')
    assert stage.hub.facts()["mismatches"] == 1
    page.seat.leave()
    assert stage.hub.facts()["mismatches"] == 1


async def test_a_lost_poke_about_what_has_no_revision_heals_by_itself(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.change(status(2, Status.IN_PROGRESS, "abc"))
    page = await stage.page()
    monkeypatch.setattr(open_plan, "READ_SECONDS", 0.1)
    stage.with_state(lives={"abc": Life(session="abc", liveness="stale")})
    await page.until(lambda: any("|stale" in str(text) for text in page.of_type("state")))
