"""Many steps at once in a browser, by keys and by presses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.acceptance import seeing

if TYPE_CHECKING:
    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
AGENT, OTHER = "session-abc", "session-def"


def test_steps_are_selected_by_keys_and_boxes_and_a_changed_one_is_listed(
    board: Board, sign_in: SignIn
) -> None:
    board.ask("plan", "create", PLAN, session=AGENT)
    for number in range(1, 5):
        board.ask("step", "add", PLAN, "--title", f"Work {number}", session=AGENT)
    page = sign_in(f"/plans/{PLAN}/")
    seeing.live(page)
    page.mouse.move(0, 0)
    bar = page.get_by_role("region", name="Selected steps")
    seeing.card(page, 1).focus()
    page.keyboard.press("v")
    expect(bar).to_contain_text("1 selected")
    page.keyboard.press("Shift+J")
    expect(bar).to_contain_text("2 selected")
    page.get_by_role("checkbox", name="Select step 3").check()
    expect(bar).to_contain_text("3 selected")
    expect(page.locator("#step-3")).to_be_focused()
    board.ask("step", "claim", PLAN, "3", session=OTHER)
    seeing.stands_in(page, "run", 3)
    seeing.card(page, 2).focus()
    page.keyboard.press("o")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Another session").fill("session-new")
    dialog.get_by_role("button", name="Reassign").click()
    expect(dialog).to_contain_text("2 reassigned, 1 not")
    expect(dialog).to_contain_text("It changed while you looked")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    expect(page.locator("#step-2")).to_be_focused()
    owners = [board.step(PLAN, number)["owner"] for number in (1, 2, 3, 4)]
    assert owners == ["session-new", "session-new", OTHER, None]

    page.keyboard.press("z")
    expect(page.locator("#toast")).to_contain_text("2 steps put back")
    owners = [board.step(PLAN, number)["owner"] for number in (1, 2, 3, 4)]
    assert owners == [None, None, OTHER, None]


def test_a_column_offers_one_decision_for_all_that_ask_alike(board: Board, sign_in: SignIn) -> None:
    board.ask("plan", "create", PLAN, session=AGENT)
    for number in range(1, 5):
        board.ask("step", "add", PLAN, "--title", f"Page {number}", session=AGENT)
        board.ask("step", "claim", PLAN, str(number), session=AGENT)
    page = sign_in(f"/plans/{PLAN}/")
    seeing.live(page)
    foot = page.locator("#col-ask [data-alike]")
    expect(foot).to_be_hidden()
    for number in range(1, 4):
        words = "Keep it?" if number > 1 else "Anything else?"
        board.ask("step", "block", PLAN, str(number), "--approval", words, session=AGENT)
    expect(foot).to_contain_text("2 ask the same thing")
    board.ask("step", "block", PLAN, "4", "--approval", "Keep it?", session=AGENT)
    foot.get_by_role("link", name="Decide all 3").click()
    page.get_by_role("button", name="Approve all 3").click()
    expect(page.get_by_role("heading", name="3 approved")).to_be_visible()
    statuses = [board.step(PLAN, number)["status"] for number in range(1, 5)]
    assert statuses == ["blocked", "in_progress", "in_progress", "in_progress"]
