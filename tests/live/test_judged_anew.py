"""Where a plan is copied whole again, a revision may mean something else: pages fetch it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.picture import picture_of
from plans.domain.step import Flag
from plans.live.news import News
from tests.live.stage import title

if TYPE_CHECKING:
    from tests.live.stage import Stage


async def test_the_same_revision_judged_otherwise_makes_every_page_start_over(stage: Stage) -> None:
    """Red where a history is told by its epoch alone: the page keeps the forgery."""
    page = await stage.page()
    plan = stage.picture.plan
    judged = plan.with_step(replace(plan.step(1), flag=Flag.FORGED))
    stage.hub.offer(News(replace(picture_of(judged), copy=2)))
    await page.until(lambda: page.of_type("resync"))
    assert page.of_type("resync")[0]["rev"] == plan.revision


async def test_a_lower_revision_of_a_history_that_was_put_back_makes_every_page_start_over(
    stage: Stage,
) -> None:
    before = stage.picture
    stage.change(title(1, "Lost"))
    page = await stage.page()
    stage.hub.offer(News(replace(before, copy=2)))
    await page.until(lambda: page.of_type("resync"))
    assert (page.of_type("resync")[0]["epoch"], page.of_type("resync")[0]["rev"]) == ("e1.2", 1)


async def test_the_same_revision_read_again_tells_nobody_anything(stage: Stage) -> None:
    page = await stage.page()
    plan = stage.picture.plan
    stage.hub.offer(News(picture_of(replace(plan, steps=tuple(map(replace, plan.steps))))))
    await page.hello(plan.revision)
    assert page.of_type("resync") == []
