"""What a page is told, when, and what heals: the hub with a real channel layer and real tasks."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from plans.domain.picture import Life, Problem, picture_of
from plans.domain.step import Status, Step
from plans.live import hub as hub_module
from plans.live import open_plan, viewer
from plans.live.board import News
from plans.live.hub import Hub
from plans.live.messages import GROUP, Changed, poke, signed_out
from plans.metrics import figures
from tests.live.stage import NAMESPACE, Page, Stage, plan_of, status, title

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    await stage.hub.stop()


def cards(frame: dict[str, object]) -> list[tuple[int, str, int | None]]:
    ops = frame["ops"]
    assert isinstance(ops, list)
    return [(op["id"], op["col"], op["after"]) for op in ops if op["op"] == "card"]


def ops_of(frame: dict[str, object], kind: str) -> list[dict[str, object]]:
    ops = frame["ops"]
    assert isinstance(ops, list)
    return [op for op in ops if op["op"] == kind]


async def test_a_change_reaches_a_page_as_one_frame_with_the_card_its_place_and_the_counts(
    stage: Stage,
) -> None:
    page = await stage.page()
    stage.hub.offer(stage.change(status(2, Status.IN_PROGRESS, "abc"), verb="claim"))
    await page.until(page.frames)
    (frame,) = page.frames()
    assert (frame["v"], frame["plan"], frame["prev"], frame["rev"]) == (1, NAMESPACE, 1, 2)
    (card,) = ops_of(frame, "card")
    assert card == {
        "op": "card",
        "id": 2,
        "col": "run",
        "after": None,
        "rev": 2,
        "at": 2,
        "html": "Step 2|in_progress|abc|",
        "sum": "abc claimed step 2",
    }
    assert [(op["col"], op["n"]) for op in ops_of(frame, "count")] == [("todo", 2), ("run", 1)]


async def test_steps_whose_derived_facts_changed_come_along(stage: Stage) -> None:
    stage.change(lambda plan: plan.with_step(replace(plan.step(3), needs=(1,))))
    page = await stage.page()
    stage.hub.offer(stage.change(status(1, Status.COMPLETED)))
    await page.until(page.frames)
    assert cards(page.frames()[0]) == [(1, "done", None), (3, "todo", 2)]


async def test_cards_come_in_the_order_in_which_they_stand(stage: Stage) -> None:
    page = await stage.page()
    stage.hub.offer(stage.change(lambda plan: plan.with_steps(reversed(plan.steps))))
    await page.until(page.frames)
    placed = [1, 2, 3]
    for number, _, after in cards(page.frames()[0]):
        placed.remove(number)
        placed.insert(0 if after is None else placed.index(after) + 1, number)
    assert placed == [3, 2, 1]


async def test_a_removed_step_is_dropped(stage: Stage) -> None:
    page = await stage.page()
    stage.hub.offer(stage.change(lambda plan: plan.with_steps(plan.steps[1:])))
    await page.until(page.frames)
    assert ops_of(page.frames()[0], "drop") == [{"op": "drop", "id": 1}]


async def test_a_card_is_drawn_once_for_many_pages(stage: Stage) -> None:
    pages = [await stage.page() for _ in range(20)]
    stage.hub.offer(stage.change(title(1, "Once")))
    for page in pages:
        await page.until(page.frames)
    assert stage.brush.drawn == [1]


async def test_a_page_that_was_away_gets_what_it_missed_merged(stage: Stage) -> None:
    await stage.page()
    for number in (1, 2, 1):
        stage.hub.offer(stage.change(title(number, f"New {stage.picture.plan.revision}")))
    page = await stage.page(rev=2)
    (frame,) = page.frames()
    assert (frame["prev"], frame["rev"]) == (2, 4)
    assert [number for number, *_ in cards(frame)] == [1, 2]


async def test_a_page_that_was_away_too_long_starts_over(stage: Stage) -> None:
    stage.change(title(1, "A"))
    stage.change(title(1, "B"))
    page = await stage.page(rev=1)
    assert page.of_type("resync") == [{"v": 1, "type": "resync", "epoch": "e1", "rev": 3}]
    assert stage.hub.facts()["resyncs"] == 1


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


async def test_a_poke_over_the_channel_layer_brings_the_change(stage: Stage) -> None:
    page = await stage.page()
    news = stage.change(title(2, "Poked"))
    await stage.layer.group_send(GROUP, poke(Changed(NAMESPACE, "e1", 2, (2,))))
    await page.until(page.frames)
    assert cards(page.frames()[0]) == [(2, "todo", 1)]
    assert news.picture.plan.revision == 2


async def test_a_sign_out_is_told_in_every_process_by_the_sessions_name(stage: Stage) -> None:
    other = Hub(layer=lambda: stage.layer, source=stage.shelf, brush=stage.brush)
    told: set[tuple[str, str]] = set()
    for name, hub in (("one", stage.hub), ("other", other)):
        hub.on_sign_out(lambda session, name=name: told.add((name, session)))  # type: ignore[misc]
        hub.start()
    async with asyncio.timeout(10):
        while len(told) < 2:  # who has not joined yet hears nothing
            await stage.layer.group_send(GROUP, signed_out("0a1b"))
            await asyncio.sleep(0.01)
    await other.stop()
    assert told == {("one", "0a1b"), ("other", "0a1b")}


async def test_a_lost_poke_heals_within_seconds(stage: Stage) -> None:
    page = await stage.page()
    stage.change(title(2, "Nobody was told"))
    await page.until(page.frames, seconds=5)
    assert page.frames()[0]["rev"] == 2


async def test_a_reading_that_fails_is_tried_again(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    page = await stage.page()
    stage.shelf.broken = True
    stage.change(title(2, "Later"))
    async with asyncio.timeout(5):
        await stage.shelf.failed.wait()
    stage.shelf.broken = False
    await page.until(page.frames, seconds=5)
    assert "trying again" in caplog.text


async def test_changes_in_a_burst_are_merged_to_ten_frames_a_second(stage: Stage) -> None:
    page = await stage.page()
    loop = asyncio.get_running_loop()
    start = loop.time()
    while loop.time() - start < 1.0:
        stage.hub.offer(stage.change(title(1, f"At {loop.time()}")))
        await asyncio.sleep(0.005)
    await page.until(lambda: page.frames()[-1]["rev"] == stage.picture.plan.revision)
    frames = page.frames()
    assert 2 <= len(frames) <= 12
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
    await page.until(lambda: page.closed, seconds=5)
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


async def test_silence_is_broken_by_a_heartbeat_with_the_sum(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer, "HEARTBEAT_SECONDS", 0.1)
    page = await stage.page()
    await page.until(lambda: page.beats, seconds=5)
    beat = page.beats[0]
    assert (beat["epoch"], beat["rev"]) == ("e1", 1)
    assert isinstance(beat["sum"], str)
    assert len(beat["sum"]) == 8


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


async def test_a_card_that_cannot_be_drawn_makes_the_page_fetch_and_the_hub_lives_on(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    page = await stage.page()
    stage.hub.offer(stage.change(title(1, "undrawable")))
    await page.until(lambda: page.of_type("resync"))
    assert "Drawing a change" in caplog.text
    await page.hello(2)
    stage.hub.offer(stage.change(title(2, "Fine")))
    await page.until(page.frames)


async def test_garbage_from_a_page_closes_its_socket(stage: Stage) -> None:
    page = await stage.page()
    assert page.seat is not None
    await page.seat.heard("{")
    assert page.closed == 4400
    await page.hello(1)
    assert stage.hub.facts()["sockets"] == 0


async def test_unknown_messages_are_ignored(stage: Stage) -> None:
    page = await stage.page()
    assert page.seat is not None
    await page.seat.heard(json.dumps({"type": "presence"}))
    assert page.closed is None


async def test_a_deleted_plan_makes_its_pages_look_for_themselves(stage: Stage) -> None:
    page = await stage.page()
    del stage.shelf.news[NAMESPACE]
    await page.until(lambda: page.of_type("resync"), seconds=5)


async def test_a_plan_nobody_looks_at_is_forgotten_after_a_while(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_plan, "LINGER_SECONDS", 0.0)
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", 0.02)
    page = await stage.page()
    assert page.seat is not None
    page.seat.leave()
    async with asyncio.timeout(5):
        await stage.shelf.drops.wait()
    assert stage.shelf.dropped == [NAMESPACE]
    assert stage.hub.facts() == {"plans": 0, "sockets": 0, "resyncs": 0, "mismatches": 0}


async def test_a_page_that_reloads_finds_what_it_missed(stage: Stage) -> None:
    page = await stage.page()
    assert page.seat is not None
    page.seat.leave()
    stage.hub.offer(stage.change(title(1, "While away")))
    again = await stage.page(rev=1)
    assert again.frames()[0]["rev"] == 2


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


async def test_a_new_step_comes_with_its_place(stage: Stage) -> None:
    page = await stage.page()
    fresh = Step(number=4, title="Fresh")
    stage.hub.offer(stage.change(lambda plan: plan.with_steps([plan.steps[0], fresh, *plan.steps[1:]])))
    await page.until(page.frames)
    assert cards(page.frames()[0])[0] == (4, "todo", 1)


async def test_an_older_picture_never_takes_anything_back(stage: Stage) -> None:
    page = await stage.page()
    old = News(stage.picture)
    stage.hub.offer(stage.change(title(1, "New")))
    stage.hub.offer(old)
    await asyncio.sleep(2 * viewer.SPACING)
    assert [frame["rev"] for frame in page.frames()] == [2]


async def test_a_socket_that_went_away_disturbs_nobody(stage: Stage) -> None:
    class Gone(Page):
        async def send(self, text: str) -> None:
            raise RuntimeError(text)

    gone = Gone()
    gone.seat = stage.hub.join(NAMESPACE, gone)
    await gone.hello(1)
    page = await stage.page()
    stage.hub.offer(stage.change(title(1, "New")))
    await page.until(page.frames)


async def test_what_pages_are_sent_and_what_they_find_wrong_is_counted(stage: Stage) -> None:
    before = figures.FRAMES.total, figures.RESYNCS.total, figures.MISMATCHES.total
    page = await stage.page(rev=0)
    assert page.seat is not None
    stage.hub.offer(stage.change(title(1, "Other")))

    await page.seat.heard('{"type":"differs","rev":1}')

    frames, resyncs = len(page.frames()), len(page.of_type("resync"))
    after = figures.FRAMES.total, figures.RESYNCS.total, figures.MISMATCHES.total
    assert frames + resyncs > 0
    assert after == (before[0] + frames, before[1] + resyncs, before[2] + 1)


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
