"""What the page shows while plan.json cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from plans.domain.problem import Problem
from tests.browser.seeing import state, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import Json, Stage

BROKEN = '<section class="banner banner-error"><p>plan.json could not be read</p></section>'


def test_an_unreadable_file_is_shown_as_long_as_it_is(stage: Stage, board: Page) -> None:
    stage.problem = Problem(kind="unreadable", message="Line 3, column 1: unexpected end")
    stage.say(_state(BROKEN))
    until(board, lambda: stage.refetched >= 1)
    expect(board.locator("#banner")).to_contain_text("Line 3, column 1")

    stage.problem = None
    stage.say(_state(""))
    until(board, lambda: stage.refetched >= 2)
    expect(board.locator("#banner")).not_to_contain_text("Line 3, column 1")


def test_while_the_file_is_unreadable_the_open_step_keeps_what_is_typed_and_offers_nothing(
    stage: Stage, board: Page
) -> None:
    board.locator("#title-4 a, #step-4 [data-open]").first.click()
    expect(board.locator("#drawer-title")).to_be_focused()
    note = board.locator("#decide-note")
    note.fill("Only after the backup")

    stage.problem = Problem(kind="unreadable", message="Line 3, column 1: unexpected end")
    stage.say(_state(BROKEN))

    drawer = board.locator("#drawer")
    expect(drawer.locator(".drawer-waits")).to_be_visible()
    expect(drawer.locator(".verbs summary, [type=submit]").filter(visible=True)).to_have_count(0)
    expect(note).to_have_value("Only after the backup")

    stage.problem = None
    stage.say(_state(""))

    expect(drawer.get_by_role("button", name="Approve")).to_be_visible()
    expect(drawer.locator(".drawer-waits")).to_be_hidden()
    expect(note).to_have_value("Only after the backup")


def test_an_open_step_is_drawn_again_when_the_file_reads_again(stage: Stage, page: Page) -> None:
    stage.problem = Problem(kind="unreadable", message="Line 3, column 1: unexpected end")
    page.goto(f"{stage.board}?step=4")
    drawer = page.locator("#drawer")
    expect(drawer.locator(".drawer-waits")).to_be_visible()
    expect(drawer.locator("[type=submit]")).to_have_count(0)
    state(page, "live")

    stage.problem = None
    stage.say(_state(""))

    expect(drawer.get_by_role("button", name="Approve")).to_be_visible()
    expect(drawer.locator(".drawer-waits")).to_be_hidden()


def _state(banner: str) -> Json:
    ops: list[Json] = [{"op": "banner", "html": banner}]
    return {"type": "state", "plan": "payments.ledger", "epoch": "one", "ops": ops}
