"""Where others' signatures count than before, a revision means something else: pages fetch it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.picture import picture_of
from plans.domain.step import Flag
from plans.live.news import News

if TYPE_CHECKING:
    from tests.live.stage import Stage


async def test_the_same_revision_judged_otherwise_makes_every_page_start_over(stage: Stage) -> None:
    """Red without ``_is_judged_anew``: the page keeps the forgery, and its sum is a mistake of ours."""
    page = await stage.page()
    plan = stage.picture.plan
    judged = plan.with_step(replace(plan.step(1), flag=Flag.FORGED))
    stage.hub.offer(News(picture_of(judged)))
    await page.until(lambda: page.of_type("resync"))
    assert page.of_type("resync")[0]["rev"] == plan.revision


async def test_the_same_revision_read_again_tells_nobody_anything(stage: Stage) -> None:
    page = await stage.page()
    plan = stage.picture.plan
    stage.hub.offer(News(picture_of(replace(plan, steps=tuple(map(replace, plan.steps))))))
    await page.hello(plan.revision)
    assert page.of_type("resync") == []
