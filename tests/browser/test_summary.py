"""Whoever does not watch the board may have it say once a minute what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from plans.domain.step import Status
from tests.browser.seeing import state, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import Stage


def test_what_else_happened_is_summed_up_each_minute_where_that_was_chosen(stage: Stage, page: Page) -> None:
    page.add_init_script('localStorage.setItem("planboard.summary", "minute")')
    page.clock.install()
    page.goto(stage.board)
    state(page, "live")
    page.evaluate(
        "window.said = [];"
        "new MutationObserver(() => said.push(announce.textContent)).observe(announce, { childList: true })"
    )
    ours = page.locator('script[src*="/planboard."]').get_attribute("src") or ""
    page.evaluate("name => import(name)", ours.rpartition("/")[0] + "/extra/summary.js")
    stage.push(2, status=Status.COMPLETED)
    stage.push(3, title="Another title")
    expect(page.locator("#step-3")).to_contain_text("Another title")
    page.clock.run_for(61_000)
    until(page, lambda: page.evaluate("said.includes('2 steps changed: 1 done, 1 in progress.')"))
