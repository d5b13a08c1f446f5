"""The board walked by keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from playwright.sync_api import expect

from tests.browser.seeing import card, focused, held_back, state, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import Stage


def test_a_column_is_one_stop_of_the_tab_key(board: Page) -> None:
    board.locator("#col-todo .column-body").focus()
    seen = []
    for _ in range(4):
        board.keyboard.press("Tab")
        seen.append(str(board.evaluate("document.activeElement.getAttribute('aria-labelledby')")))
    assert seen[:3] == ["head-run", "head-ask", "head-done"]


def test_inside_a_card_tab_reaches_its_buttons(board: Page) -> None:
    board.locator("#col-ask .column-body").focus()
    board.keyboard.press("ArrowDown")
    assert focused(board) == "step-4"
    names = []
    for _ in range(4):
        board.keyboard.press("Tab")
        names.append(str(board.evaluate("document.activeElement.textContent.trim().slice(0, 7)")))
    assert names[1:] == ["Step 4 ", "Approve", "Rejectx"]


def test_arrows_and_letters_walk_the_board_without_wrapping(board: Page) -> None:
    walked = []
    for key in ("j", "l", "h", "h", "j", "j", "k", "ArrowUp", "ArrowLeft"):
        board.keyboard.press(key)
        walked.append(focused(board))
    assert walked == [
        "step-4",
        "step-1",
        "step-4",
        "step-2",
        "step-3",
        "step-3",
        "step-2",
        "step-2",
        "step-5",
    ]


def test_keys_rest_while_one_types(board: Page) -> None:
    card(board, 4).focus()
    board.keyboard.press("/")
    board.keyboard.type("jaxo")

    expect(board.locator("[data-filter]")).to_have_value("jaxo")
    expect(board.locator("dialog[open]")).to_have_count(0)


def test_single_keys_can_be_switched_off(stage: Stage, board: Page) -> None:
    board.keyboard.press("?")
    board.get_by_label("Single keys on").uncheck()
    board.keyboard.press("Escape")
    board.goto(stage.board)

    board.keyboard.press("j")
    assert focused(board) == ""
    board.get_by_role("button", name="all keys").click()
    expect(board.get_by_label("Single keys on")).not_to_be_checked()


def test_every_key_of_the_help_is_another_one(board: Page) -> None:
    board.keyboard.press("?")
    expect(board.get_by_role("dialog", name="Keys on this screen")).to_be_visible()
    keys = board.locator("#keys dl dt").all_inner_texts()

    assert len(keys) > 15
    assert len(set(keys)) == len(keys)


def test_a_cards_menu_is_walked_by_arrows_and_gives_the_focus_back(board: Page) -> None:
    card(board, 2).focus()
    board.keyboard.press(".")
    menu = board.get_by_role("menu", name="Actions for step 2")
    expect(menu.get_by_role("menuitem", name="Open")).to_be_focused()
    board.keyboard.press("ArrowUp")
    expect(menu.get_by_role("menuitem").last).to_be_focused()
    board.keyboard.press("ArrowDown")
    expect(menu.get_by_role("menuitem", name="Open")).to_be_focused()

    board.keyboard.press("Escape")

    expect(menu).to_be_hidden()
    expect(card(board, 2)).to_be_focused()


def test_a_rejection_asks_for_its_note_and_esc_leads_back(board: Page) -> None:
    card(board, 4).focus()
    board.keyboard.press("x")
    dialog = board.get_by_role("dialog", name="Reject step 4?")
    expect(dialog.get_by_label("Note")).to_be_focused()

    board.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    expect(card(board, 4)).to_be_focused()


def test_a_key_that_is_held_down_decides_nothing_a_second_time(stage: Stage, board: Page) -> None:
    stage.push(4, risk="production")
    expect(card(board, 4)).to_have_attribute("data-risk", "production")
    sent = held_back(board, "**/approve/")
    expect(card(board, 4)).not_to_have_attribute("data-own-fresh", "")
    card(board, 4).focus()
    board.keyboard.down("a")
    approve = board.locator("#drawer").get_by_role("button", name="Approve")
    expect(approve).to_be_focused()
    expect(approve).not_to_have_attribute("aria-disabled", "true")
    for _ in range(3):
        board.keyboard.down("a")
    board.keyboard.up("a")
    expect(approve).to_be_focused()
    assert not sent

    board.keyboard.press("a")
    until(board, lambda: sent)
    sent[0].fulfill(status=204)


def test_the_link_that_is_copied_finds_the_step_without_the_filter(stage: Stage, page: Page) -> None:
    page.goto(f"{stage.board}?q=ledger")
    state(page, "live")
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = String(text); }")
    card(page, 2).focus()
    page.keyboard.press("y")

    expect(page.locator("#announce")).to_contain_text("Link copied")
    assert page.evaluate("window.copied") == f"{stage.board}?step=2"


def test_a_link_that_the_browser_does_not_copy_is_shown_instead(stage: Stage, page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })"
    )  # as over http
    page.goto(stage.board)
    state(page, "live")
    card(page, 5).focus()
    page.keyboard.press("y")

    told = f"This browser did not let the board copy the link: {stage.board}?step=5"
    expect(page.locator("#toast .is-error")).to_contain_text(told)


def test_a_copy_button_that_is_pressed_twice_says_copy_again_afterwards(stage: Stage, page: Page) -> None:
    stage.plan = replace(stage.plan, steps=())
    page.clock.install()
    page.goto(stage.board)
    state(page, "live")
    page.evaluate("navigator.clipboard.writeText = async () => {}")
    button = page.locator("[data-copy]").first
    expect(button).to_be_visible()
    said = button.inner_text()
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 3600"))  # or "Copied" goes before it is seen
    for _ in range(2):
        button.click()
        expect(button).to_have_text("Copied")
    page.clock.run_for(10_000)

    expect(button).to_have_text(said)
