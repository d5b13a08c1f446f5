"""How much a board shows: all of it, more of it, or what can be read from across a room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.acceptance import seeing

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
AGENT = "session-abc"
DENSITY = "Density"


def letters(page: Page) -> float:
    """Measure the letters of a card's title."""
    return float(page.locator("#title-1").evaluate("e => parseFloat(getComputedStyle(e).fontSize)"))


def height(page: Page) -> float:
    return float(page.locator("#step-1").evaluate("e => e.getBoundingClientRect().height"))


def test_the_density_is_kept_and_the_wall_is_left_by_key_or_button(board: Board, sign_in: SignIn) -> None:
    board.ask("plan", "create", PLAN, session=AGENT)
    board.ask("step", "add", PLAN, "--title", "Turn on dual-write", session=AGENT)
    page = sign_in(f"/plans/{PLAN}/")
    seeing.stands_in(page, "todo", 1)
    usual, high = letters(page), height(page)
    page.get_by_label(DENSITY).select_option("Compact")
    assert height(page) < high
    page.get_by_label(DENSITY).select_option("Wall")
    page.reload()
    seeing.stands_in(page, "todo", 1)
    assert letters(page) > usual * 1.3
    expect(page.locator(".sidebar")).to_be_hidden()
    expect(page.get_by_role("searchbox")).to_have_count(0)
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= innerWidth && {root}.scrollHeight <= innerHeight + 1")
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    seeing.stands_in(page, "run", 1)
    page.keyboard.press("Escape")
    expect(page.get_by_label(DENSITY)).to_be_focused()
    expect(page.locator(".sidebar")).to_be_visible()
    page.get_by_label(DENSITY).select_option("Wall")
    page.get_by_role("button", name="Leave the wall").click()
    expect(page.get_by_label(DENSITY)).to_have_value("")
