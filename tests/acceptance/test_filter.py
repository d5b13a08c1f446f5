"""The filter of the board in a browser: typed, offered, saved, and true while cards change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
AGENT, OTHER = "session-abc", "session-def"
BOARD = f"/plans/{PLAN}/"


@pytest.fixture
def page(board: Board, sign_in: SignIn) -> Page:
    """Open a board: 1 asks, 2 is at work, 3 and 4 are ready; the words about rows stand in notes of 4."""
    board.ask("plan", "create", PLAN, session=AGENT)
    for title in ("Turn on dual-write", "Survey", "Rehearse"):
        board.ask("step", "add", PLAN, "--title", title, session=AGENT)
    board.ask("step", "add", PLAN, "--title", "Copy", "--notes", "Row by row", session=AGENT)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    board.ask("step", "block", PLAN, "1", "--approval", "Flag on?", session=AGENT)
    board.ask("step", "claim", PLAN, "2", session=OTHER)
    page = sign_in(BOARD)
    seeing.live(page)
    seeing.stands_in(page, "run", 2)
    page.mouse.move(0, 0)
    return page


def seen(page: Page, *numbers: int) -> None:
    """Wait until exactly these cards are seen."""
    cards = page.locator("#board article:visible")
    expect(cards).to_have_count(len(numbers))
    for number in numbers:
        expect(page.locator(f"#step-{number}")).to_be_visible()


def test_what_is_typed_filters_and_stays_true_while_cards_change(board: Board, page: Page) -> None:
    seeing.stay(page)
    page.keyboard.press("/")
    page.keyboard.type("is:ready")
    seen(page, 3, 4)
    expect(page).to_have_url(re.compile("q=is%3Aready"))
    board.ask("step", "claim", PLAN, "3", session=AGENT)
    seen(page, 4)
    board.ask("step", "release", PLAN, "2", session=OTHER)
    seen(page, 2, 4)
    box = page.get_by_role("searchbox", name="Filter steps")
    box.fill('"row by" -owner:abc')
    seen(page, 4)
    box.fill("who:abc")
    expect(page.locator("#filter-told")).to_contain_text("There is no filter “who:”")
    expect(page.locator("[data-no-match]")).to_be_visible()
    page.get_by_role("link", name="Clear the filter").first.click()
    seen(page, 1, 2, 3, 4)
    expect(box).to_be_focused()
    expect(page.locator("#filter-told")).to_be_empty()
    assert seeing.stayed(page)


def test_a_filter_is_offered_saved_used_and_forgotten(page: Page) -> None:
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name="Needs me").click()
    seen(page, 1)
    page.get_by_role("searchbox", name="Filter steps").fill("is:running")
    seen(page, 2)
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("button", name="Save “is:running”").click()
    page.keyboard.press("Escape")
    page.goto(page.url.partition("?")[0])
    seen(page, 1, 2, 3, 4)
    page.get_by_role("button", name="Filters").click()
    panel = page.get_by_role("dialog", name="Filters")
    panel.get_by_role("button", name="is:running", exact=True).click()
    seen(page, 2)
    page.get_by_role("button", name="Filters").click()
    panel.get_by_role("button", name="Forget is:running").click()
    expect(panel.get_by_role("button", name="is:running", exact=True)).to_have_count(0)


def test_a_card_under_the_hand_stays_until_it_is_left(board: Board, page: Page) -> None:
    page.get_by_role("searchbox", name="Filter steps").fill("is:ready")
    seen(page, 3, 4)
    page.keyboard.press("Escape")
    page.locator("#step-3").focus()
    board.ask("step", "claim", PLAN, "3", session=AGENT)
    board.ask("step", "release", PLAN, "2", session=OTHER)
    seen(page, 2, 3, 4)
    expect(page.locator("#step-3")).to_be_focused()
    page.locator("#step-4").focus()
    seen(page, 2, 4)


def test_a_link_with_a_filter_works_without_scripts(board: Board, sign_in: SignIn, page: Page) -> None:
    page.close()
    until(lambda: board.step(PLAN, 2)["status"] == "in_progress")
    plain = sign_in(f"{BOARD}?q=owner:def", java_script_enabled=False)
    seen(plain, 2)
    plain.get_by_role("link", name="Clear the filter").first.click()
    seen(plain, 1, 2, 3, 4)
