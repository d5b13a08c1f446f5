"""Everything a person decides can be decided without a pointer, and the focus is never lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import seeing

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

pytestmark = pytest.mark.shows("axe", "keyboard", "violations")

PLAN = "payments.ledger"
AGENT, OTHER = "session-abc", "session-def"
BOARD = f"/plans/{PLAN}/"


@pytest.fixture
def page(board: Board, sign_in: SignIn) -> Page:
    """Open a board whose step 1 asks; 2 and 3 are ready. No pointer lies on a card."""
    board.ask("plan", "create", PLAN, session=AGENT)
    for title in ("Turn on dual-write", "Survey", "Rehearse"):
        board.ask("step", "add", PLAN, "--title", title, session=AGENT)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    board.ask("step", "block", PLAN, "1", "--approval", "Flag on?", session=AGENT)
    board.ask("plan", "create", "other.plan", session=OTHER)
    page = sign_in(BOARD)
    page.mouse.move(0, 0)
    seeing.live(page)
    seeing.stands_in(page, "ask", 1)
    return page


def focused(page: Page, number: int) -> None:
    """Wait until a card has the focus and takes presses."""
    expect(seeing.card(page, number)).to_be_focused()


def go_to(page: Page, number: int) -> None:
    """Walk to a card by keys only; j starts at what needs a person."""
    page.keyboard.press("j")
    focused(page, 1)
    if number > 1:
        page.keyboard.press("h")
        focused(page, 2)
    if number > 2:
        page.keyboard.press("j")
        focused(page, 3)


def test_walking_goes_along_columns_and_across_and_does_not_wrap(page: Page) -> None:
    go_to(page, 3)
    page.keyboard.press("j")
    focused(page, 3)
    page.keyboard.press("k")
    focused(page, 2)
    page.keyboard.press("ArrowDown")
    focused(page, 3)
    page.keyboard.press("l")
    focused(page, 1)


def test_a_approves_at_once_and_z_takes_it_back(board: Board, page: Page) -> None:
    go_to(page, 1)
    page.keyboard.press("a")
    seeing.stands_in(page, "run", 1)
    expect(page.locator("#toast")).to_contain_text("Step 1 approved")
    expect(page.locator("#announce")).to_contain_text("Step 1 approved")
    focused(page, 1)
    page.keyboard.press("z")
    seeing.stands_in(page, "ask", 1)
    seeing.keeps_focus(page)
    assert board.step(PLAN, 1)["status"] == "blocked"


def test_x_asks_for_a_note_and_sends_it_with_ctrl_enter(board: Board, page: Page) -> None:
    go_to(page, 1)
    page.keyboard.press("x")
    note = page.get_by_role("dialog").get_by_label("Note to session-abc")
    expect(note).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(note).to_be_focused()
    expect(note).to_have_attribute("aria-invalid", "true")
    page.keyboard.type("Rehearse first")
    page.keyboard.press("Control+Enter")
    seeing.stands_in(page, "run", 1)
    focused(page, 1)
    decision = board.step(PLAN, 1)["decision"]
    assert isinstance(decision, dict)
    assert (decision["verdict"], decision["note"]) == ("rejected", "Rehearse first")


def test_what_is_dangerous_needs_a_second_press(board: Board, page: Page) -> None:
    board.ask("step", "edit", PLAN, "1", "--risk", "irreversible", "--revision", "6", session=AGENT)
    expect(page.locator("#step-1")).to_have_attribute("data-risk", "irreversible")
    go_to(page, 1)
    page.keyboard.press("a")
    approve = seeing.drawer(page).get_by_role("button", name="Approve")
    expect(approve).to_be_focused()
    assert board.step(PLAN, 1)["status"] == "blocked"
    expect(approve).to_be_enabled()
    page.keyboard.press("Enter")
    seeing.stands_in(page, "run", 1)
    seeing.keeps_focus(page)


def test_o_gives_the_step_to_another_session(board: Board, page: Page) -> None:
    go_to(page, 2)
    page.keyboard.press("o")
    picker = page.locator("#picker")
    expect(picker).to_be_visible()
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("def")
    expect(picker.get_by_role("radio", name=OTHER)).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator("#step-2")).to_have_attribute("data-owner", OTHER)
    focused(page, 2)
    assert board.step(PLAN, 2)["owner"] == OTHER


def test_i_and_u_move_the_step_and_the_focus_goes_with_it(board: Board, page: Page) -> None:
    go_to(page, 2)
    page.keyboard.press("i")
    expect(page.locator("#col-todo article").nth(1)).to_have_id("step-2")
    focused(page, 2)
    page.keyboard.press("u")
    expect(page.locator("#col-todo article").first).to_have_id("step-2")
    focused(page, 2)
    steps = board.plan(PLAN)["steps"]
    assert isinstance(steps, list)
    assert [step["number"] for step in steps] == [1, 2, 3]


def test_e_edits_and_escape_leads_back_to_the_card(board: Board, page: Page) -> None:
    go_to(page, 2)
    page.keyboard.press("e")
    title = seeing.drawer(page).get_by_label("Title")
    expect(title).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Survey everything")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#title-2")).to_contain_text("Survey everything")
    expect(page.locator("#toast")).to_contain_text("Step 2 saved")  # the answer is there, not only the push
    seeing.keeps_focus(page)
    assert board.step(PLAN, 2)["title"] == "Survey everything"
    page.keyboard.press("Escape")
    expect(seeing.drawer(page)).to_have_count(0)
    focused(page, 2)


def test_a_conflict_is_settled_by_keys(board: Board, page: Page) -> None:
    go_to(page, 2)
    page.keyboard.press("e")
    expect(seeing.drawer(page).get_by_label("Title")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Survey at noon")
    board.ask("step", "edit", PLAN, "2", "--title", "Survey in staging", "--revision", "3", session=AGENT)
    expect(page.locator("#title-2")).to_contain_text("in staging")
    page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(page.locator("#alert")).to_contain_text("Your edit was not saved")
    assert page.evaluate("document.activeElement.closest('dialog') !== null")
    save = dialog.get_by_role("button", name="Save as rev 8")
    for _ in range(12):
        if save.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(save).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#title-2")).to_contain_text("at noon")
    expect(dialog).to_have_count(0)
    seeing.keeps_focus(page)
    assert board.step(PLAN, 2)["title"] == "Survey at noon"


def test_escape_in_a_conflict_keeps_the_text(board: Board, page: Page) -> None:
    go_to(page, 2)
    page.keyboard.press("e")
    title = seeing.drawer(page).get_by_label("Title")
    expect(title).to_be_focused()
    page.keyboard.type("More: ")
    typed = title.input_value()
    board.ask("step", "edit", PLAN, "2", "--title", "Theirs", "--revision", "3", session=AGENT)
    expect(page.locator("#title-2")).to_contain_text("Theirs")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(title).to_have_value(typed)
    seeing.keeps_focus(page)


def test_a_press_right_after_a_change_is_ignored_once(board: Board, page: Page) -> None:
    go_to(page, 1)
    edit = ("step", "edit", PLAN, "1", "--phase", "Shadow", "--revision", "6")
    page.evaluate(
        """new MutationObserver((changes, watch) => {
            if (document.querySelector('#step-1[data-own-fresh]')) {
                watch.disconnect();
                document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'a', bubbles: true}));
            }
        }).observe(document.getElementById('board'), {attributes: true, subtree: true})"""
    )
    board.ask(*edit, session=AGENT)
    expect(page.locator("#step-1")).to_have_class(re.compile("is-pulsing"))
    expect(page.locator("#step-1")).to_contain_text("Shadow")
    focused(page, 1)
    assert board.step(PLAN, 1)["status"] == "blocked"


def test_a_card_that_is_removed_under_the_focus_hands_it_to_its_column(board: Board, page: Page) -> None:
    other = page.context.new_page()
    other.goto(f"{board.url}{BOARD}steps/3/remove/")
    go_to(page, 3)
    other.get_by_role("button", name="Remove step").click()
    expect(page.locator("#step-3")).to_have_count(0)
    expect(page.locator("#head-todo")).to_be_focused()


def test_letters_rest_while_one_types_and_can_be_turned_off(board: Board, page: Page) -> None:
    page.keyboard.press("/")
    box = page.get_by_role("searchbox", name="Filter steps")
    expect(box).to_be_focused()
    page.keyboard.type("xa")
    expect(box).to_have_value("xa")
    box.fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.get_by_role("checkbox", name="Single keys on").press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator("article:focus").count() == 0
    assert board.step(PLAN, 1)["status"] == "blocked"


def test_the_menu_of_a_card_does_the_same_by_arrows(page: Page) -> None:
    go_to(page, 2)
    page.keyboard.press(".")
    menu = page.get_by_role("menu")
    expect(menu).to_be_visible()
    down = menu.get_by_role("menuitem", name="Move down")
    for _ in range(12):
        if down.evaluate("item => item === document.activeElement"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#col-todo article").nth(1)).to_have_id("step-2")
    focused(page, 2)


def test_every_card_is_reached_by_tab_one_stop_a_column(page: Page) -> None:
    stops = []
    page.locator("#main").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.closest('.column')?.id ?? ''"))
        if "col-done" in stops:
            break
    columns = [stop for stop in stops if stop]
    assert columns == ["col-todo", "col-run", "col-ask", "col-done"]


def test_hints_name_the_keys_that_a_person_chose(board: Board, page: Page) -> None:
    page.evaluate("""() => localStorage.setItem("planboard.keymap", '{"a": "w"}')""")
    page.reload()
    seeing.live(page)
    go_to(page, 1)
    hint = page.locator("#step-1 [data-key-approve] kbd")
    expect(hint).to_have_text("w")
    expect(page.locator(".telegraph-keys")).to_contain_text("wapprove")
    board.ask("step", "edit", PLAN, "1", "--phase", "Shadow", "--revision", "6", session=AGENT)
    expect(page.locator("#step-1:not([data-own-fresh])")).to_contain_text("Shadow")
    expect(hint).to_have_text("w")
    page.keyboard.press("w")
    expect(page.locator("#toast")).to_contain_text("Step 1 approved")
    page.goto(f"{board.url}/settings/")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_text("show these keys")).to_be_visible()
    assert keys.get_by_text("filter", exact=True).count() == 0
