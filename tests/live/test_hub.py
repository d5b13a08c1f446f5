"""What a page is told of a change: the hub with a real channel layer and real tasks."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.step import Status, Step
from plans.live import hub as hub_module
from plans.live import open_plan
from plans.live.hub import Hub
from plans.live.messages import GROUP, Changed, poke, signed_out
from plans.metrics import figures
from tests.live.stage import NAMESPACE, Page, Stage, ops_of, status, title
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    import pytest


def cards(frame: dict[str, object]) -> list[tuple[int, str, int | None]]:
    ops = frame["ops"]
    assert isinstance(ops, list)
    return [(op["id"], op["col"], op["after"]) for op in ops if op["op"] == "card"]


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
    async with asyncio.timeout(PATIENCE):
        while len(told) < 2:  # who has not joined yet hears nothing
            await stage.layer.group_send(GROUP, signed_out("0a1b"))
            await asyncio.sleep(0.01)
    await other.stop()
    assert told == {("one", "0a1b"), ("other", "0a1b")}


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
    await page.until(lambda: page.of_type("resync"))


async def test_a_plan_nobody_looks_at_is_forgotten_after_a_while(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_plan, "LINGER_SECONDS", 0.0)
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", 0.02)
    page = await stage.page()
    assert page.seat is not None
    page.seat.leave()
    async with asyncio.timeout(PATIENCE):
        await stage.shelf.drops.wait()
    assert stage.shelf.dropped == [NAMESPACE]
    assert stage.hub.facts() == {"plans": 0, "sockets": 0, "resyncs": 0, "mismatches": 0}


async def test_a_new_step_comes_with_its_place(stage: Stage) -> None:
    page = await stage.page()
    fresh = Step(number=4, title="Fresh")
    stage.hub.offer(stage.change(lambda plan: plan.with_steps([plan.steps[0], fresh, *plan.steps[1:]])))
    await page.until(page.frames)
    assert cards(page.frames()[0])[0] == (4, "todo", 1)


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
