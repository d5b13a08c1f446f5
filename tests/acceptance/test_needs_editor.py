"""What a step needs is chosen by keys: found by words, taken back, and never a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
AGENT = "ledger-smith-7f3a"


def needs_of(board: Board, number: int) -> list[int]:
    shown = cast("dict[str, list[int]]", board.ask("step", "show", PLAN, str(number))["step"])
    return shown["needs"]


def unfolded(page: Page) -> bool:
    """Press the key of the form unless it is open."""
    if not page.locator("#edit-find-need").is_visible():
        page.keyboard.press("e")
    return page.locator("#edit-find-need").is_visible()


def test_needs_are_chosen_and_taken_back_by_keys_alone(board: Board, sign_in: SignIn) -> None:
    board.ask("plan", "create", PLAN, session=AGENT)
    for title, needs in (("Survey", ""), ("Write the table", "1"), ("Rehearse", ""), ("Read from it", "2")):
        extra = ("--needs", needs) if needs else ()
        board.ask("step", "add", PLAN, "--title", title, *extra, session=AGENT)
    page = sign_in(f"/plans/{PLAN}/?step=1")
    seeing.live(page)
    page.locator("#drawer-title").focus()
    find = page.get_by_role("combobox", name="Needs")
    # A drawer that is just drawn anew, for its session shows life, comes back folded: then once more.
    until(lambda: unfolded(page))
    find.focus()
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
    until(lambda: needs_of(board, 1) == [3])
    expect(page.locator("#toast")).to_contain_text("Step 1 saved")

    until(lambda: unfolded(page))
    expect(page.get_by_role("button", name="Remove step 3, Rehearse")).to_be_visible()
    find.focus()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Remove step 3, Rehearse")).to_be_focused()
    page.keyboard.press("Enter")
    expect(find).to_be_focused()
    page.keyboard.press("Control+Enter")
    until(lambda: needs_of(board, 1) == [])
