"""What a step needs is chosen by keys: found by words, taken back, and never a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from playwright.sync_api import expect

from tests.acceptance import mirrored, seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
AGENT = "ledger-smith-7f3a"


def needs_of(board: Board, number: int) -> list[int]:
    shown = cast("dict[str, list[int]]", board.ask("step", "show", PLAN, str(number))["step"])
    return shown["needs"]


def unfolded(page: Page, board: Board) -> Locator:
    """Open step 1 by keys on a page that is live: one that is open before is drawn again beside the hand."""
    mirrored.wait(board)
    page.goto(f"{board.url}/plans/{PLAN}/")
    seeing.live(page)
    page.locator("#step-1").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#drawer-title")).to_be_focused()
    page.keyboard.press("e")
    find = page.get_by_role("combobox", name="Needs")
    expect(find).to_be_visible()
    find.focus()
    return find


def test_needs_are_chosen_and_taken_back_by_keys_alone(board: Board, sign_in: SignIn) -> None:
    board.ask("plan", "create", PLAN, session=AGENT)
    for title, needs in (("Survey", ""), ("Write the table", "1"), ("Rehearse", ""), ("Read from it", "2")):
        extra = ("--needs", needs) if needs else ()
        board.ask("step", "add", PLAN, "--title", title, *extra, session=AGENT)
    page = sign_in("/plans/")
    find = unfolded(page, board)
    offered = page.locator("#edit-options > :visible")

    expect(page.locator("#edit-needs")).to_have_attribute("tabindex", "-1")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#edit-notes")).to_be_focused()
    page.keyboard.press("Tab")
    expect(find).to_be_focused()

    page.keyboard.type("read")
    expect(offered).to_have_count(1)
    expect(offered).to_contain_text("Waits for step 1 already: 4 → 2 → 1")
    page.keyboard.press("ArrowDown")
    expect(find).to_have_attribute("aria-activedescendant", "edit-options-4")
    page.keyboard.press("Enter")
    expect(page.locator("#edit-needs")).to_have_value("")

    page.keyboard.press("Control+a")
    page.keyboard.type("rehe")
    expect(find).to_have_attribute("aria-activedescendant", "edit-options-3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove step 3, Rehearse")).to_be_visible()
    page.keyboard.press("Escape")
    expect(offered).to_have_count(0)
    expect(page.locator("#drawer-title")).to_have_text("Survey")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toast")).to_contain_text("Step 1 saved")
    assert needs_of(board, 1) == [3]

    find = unfolded(page, board)
    expect(page.get_by_role("button", name="Remove step 3, Rehearse")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Remove step 3, Rehearse")).to_be_focused()
    page.keyboard.press("Enter")
    expect(find).to_be_focused()
    page.keyboard.press("Control+Enter")
    until(lambda: needs_of(board, 1) == [])
