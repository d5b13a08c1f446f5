"""The box of the filter, the address and the hidden cards say the same, whatever is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.seeing import card, until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

    from tests.browser.stage import Stage


def box(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Filter steps")


def seen(page: Page, count: int) -> None:
    expect(page.locator("#board article:visible")).to_have_count(count)


def test_an_answer_for_a_filter_that_is_cleared_meanwhile_hides_nothing(stage: Stage, board: Page) -> None:
    box(board).fill("step 3")
    seen(board, 1)
    asked: list[Route] = []
    board.route("**/*fragment=board*", lambda route: asked.append(route), times=1)  # noqa: PLW0108 - it takes no builtin
    stage.change(2, title="Changed unseen")
    stage.push(5, title="Changed after a gap")
    until(board, lambda: asked)
    assert "q=step" in asked[0].request.url
    box(board).fill("")
    seen(board, 7)

    asked[0].continue_()

    expect(card(board, 2)).to_contain_text("Changed unseen")
    seen(board, 7)
    assert stage.refetched == 2


def test_going_back_to_a_filter_puts_it_into_the_box(stage: Stage, board: Page) -> None:
    box(board).fill("step 3")
    seen(board, 1)
    card(board, 3).get_by_role("link", name="Step 3 of the ledger").click()
    expect(board.locator("#drawer-title")).to_be_focused()
    board.locator("[data-clear-filter]").first.click()
    seen(board, 7)

    board.go_back()

    expect(box(board)).to_have_value("step 3")
    seen(board, 1)
    stage.push(5, title="And on")
    expect(board.locator("#title-5")).to_contain_text("And on")
    seen(board, 1)
    board.go_forward()
    expect(box(board)).to_have_value("")
    seen(board, 7)
