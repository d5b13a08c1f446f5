"""Under the hand nothing moves: focus, pointer, scrolling, presses that come too early, keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace
from playwright.sync_api import expect

from plans.domain.step import Status
from tests.browser.stage import step

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

    from tests.browser.stage import Stage

HELD = re.compile("moved")
QUIET_PICTURES = 5


def card(page: Page, number: int) -> Locator:
    return page.locator(f"#step-{number}")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


def test_a_card_under_the_pointer_changes_what_it_says_and_not_where_it_is(stage: Stage, board: Page) -> None:
    card(board, 2).hover()
    stage.push(2, status=Status.COMPLETED, title="Finished under the hand")

    expect(board.locator("#col-run #step-2")).to_contain_text("Finished under the hand")
    expect(board.locator("#col-run #step-2")).to_contain_text("moved to Done")

    board.mouse.move(0, 0)
    expect(board.locator("#col-done #step-2")).to_be_visible()
    expect(card(board, 2)).not_to_contain_text(HELD)


def test_a_focused_card_is_let_go_when_the_focus_leaves_and_keeps_no_mark(stage: Stage, board: Page) -> None:
    card(board, 2).focus()
    stage.push(2, status=Status.COMPLETED)
    expect(board.locator("#col-run #step-2")).to_contain_text(HELD)

    card(board, 3).focus()
    expect(board.locator("#col-done #step-2")).to_be_visible()


def test_ten_seconds_are_the_most_a_card_is_held(stage: Stage, page: Page) -> None:
    page.clock.install()
    page.goto(stage.board)
    while not stage.heard("hello"):
        page.wait_for_timeout(10)
    card(page, 2).focus()
    stage.push(2, status=Status.COMPLETED)
    page.clock.run_for(1000)
    expect(page.locator("#col-run #step-2")).to_contain_text(HELD)

    page.clock.run_for(11_000)

    expect(page.locator("#col-done #step-2")).to_have_count(1)
    assert focused(page) == "step-2", "the focus went along"


def test_the_focus_stays_on_a_card_that_is_drawn_again(stage: Stage, board: Page) -> None:
    card(board, 4).get_by_role("button", name="Approve").focus()
    stage.push(4, title="Reworded while it is focused")

    expect(card(board, 4)).to_contain_text("Reworded")
    assert "button-approve" in focused(board)


def test_a_whole_redraw_keeps_the_focus_and_what_is_typed(stage: Stage, board: Page) -> None:
    board.locator("[data-filter]").fill("ledger")
    stage.change(2, title="Step 2 of the ledger, anew")
    stage.say({"type": "resync", "epoch": "one", "rev": 11})

    expect(board.locator("#title-2")).to_contain_text("anew")
    expect(board.locator("[data-filter]")).to_be_focused()
    expect(board.locator("[data-filter]")).to_have_value("ledger")


def resting_place(page: Page, number: int) -> float:
    """Tell where a card stands as soon as it does: cards that come into sight are measured only then."""
    places = [0.0]
    while len(places) < QUIET_PICTURES or len(set(places[-QUIET_PICTURES:])) > 1:
        places.append(
            page.evaluate(
                "(id) => new Promise((told) => requestAnimationFrame(() =>"
                " told(document.getElementById(id).getBoundingClientRect().top)))",
                f"step-{number}",
            )
        )
    return places[-1]


def test_new_cards_above_do_not_shift_what_is_read(stage: Stage, page: Page) -> None:
    steps = tuple(step(number) for number in range(1, 61))
    stage.plan = replace(stage.plan, steps=steps)
    page.goto(stage.board)
    while not stage.heard("hello"):
        page.wait_for_timeout(10)
    page.mouse.move(0, 0)
    card(page, 30).scroll_into_view_if_needed()
    before = resting_place(page, 30)

    stage.push(2, status=Status.IN_PROGRESS, owner="session-abc")
    expect(page.locator("#col-run #step-2")).to_be_visible()
    stage.push(2, status=Status.PENDING, owner=None)
    expect(page.locator("#col-todo #step-2")).to_have_count(1)

    assert abs(before - resting_place(page, 30)) < 2


def test_a_press_right_after_a_change_is_ignored_once(stage: Stage, board: Page) -> None:
    stage.push(4, title="Changed under the finger")
    expect(card(board, 4)).to_contain_text("Changed under the finger")
    card(board, 4).get_by_role("button", name="Approve").click(force=True)

    expect(card(board, 4)).to_have_class(re.compile("is-pulsing"))
    expect(board.locator("#toast")).to_be_empty()


def test_the_answer_in_the_drawer_is_armed_only_when_it_could_be_read(board: Page) -> None:
    card(board, 4).get_by_role("link", name="Step 4 of the ledger").click()
    approve = board.locator("#drawer").get_by_role("button", name="Approve")

    expect(approve).to_be_disabled()
    expect(approve).to_be_enabled()


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
    assert focused(board) == "step-2"


def test_a_rejection_asks_for_its_note_and_esc_leads_back(board: Page) -> None:
    card(board, 4).focus()
    board.keyboard.press("x")
    dialog = board.get_by_role("dialog", name="Reject step 4?")
    expect(dialog.get_by_label("Note")).to_be_focused()

    board.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    assert focused(board) == "step-4"


def test_the_drawer_opens_beside_the_board_and_esc_goes_back_to_the_card(board: Page) -> None:
    card(board, 2).focus()
    board.keyboard.press("Enter")
    expect(board.locator("#drawer-title")).to_be_focused()
    assert board.url.endswith("?step=2")
    board.keyboard.press("j")
    expect(board.locator("#drawer-title")).to_have_text("Step 3 of the ledger")

    board.keyboard.press("Escape")

    expect(board.locator("#drawer .drawer")).to_have_count(0)
    assert focused(board) == "step-3"


def test_the_way_back_of_the_browser_closes_the_drawer(board: Page) -> None:
    card(board, 2).get_by_role("link", name="Step 2 of the ledger").click()
    expect(board.locator("#drawer-title")).to_have_text("Step 2 of the ledger")

    board.go_back()

    expect(board.locator("#drawer .drawer")).to_have_count(0)


def test_what_is_typed_outlives_a_reload(board: Page) -> None:
    card(board, 4).get_by_role("link", name="Step 4 of the ledger").click()
    board.get_by_label("Note to the session").fill("Rehearse the roll")
    board.reload()

    expect(board.get_by_label("Note to the session")).to_have_value("Rehearse the roll")
    expect(board.locator("#drawer").get_by_text("Restored your unsaved text.").first).to_be_visible()


def test_a_form_one_types_in_is_not_drawn_again_but_its_facts_are(stage: Stage, board: Page) -> None:
    card(board, 2).get_by_role("link", name="Step 2 of the ledger").click()
    expect(board.locator("#drawer-title")).to_be_focused()
    board.keyboard.press("e")
    board.locator("#edit-notes").press_sequentially("Half a sent")
    stage.push(2, active_form="running 212 tests")

    expect(board.locator("#drawer-facts")).to_contain_text("running 212 tests")
    expect(board.locator("#edit-notes")).to_have_value("Half a sent")
    expect(board.locator("#edit-notes")).to_be_focused()


def test_the_filter_hides_what_does_not_match_and_pushed_cards_too(stage: Stage, board: Page) -> None:
    board.keyboard.press("/")
    board.keyboard.type("step 2")
    expect(card(board, 3)).to_be_hidden()

    stage.push(3, title="Something else")
    stage.push(8, title="Step 22, new")

    expect(card(board, 8)).to_be_visible()
    expect(card(board, 3)).to_be_hidden()
    board.locator("[data-filter]").fill("no such words")
    board.get_by_role("link", name="Clear the filter").click()
    expect(card(board, 3)).to_be_visible()


def test_a_busy_board_speaks_seldom(stage: Stage, board: Page) -> None:
    board.evaluate(
        "window.said = [];"
        "new MutationObserver(() => announce.textContent && said.push(announce.textContent))"
        ".observe(announce, { childList: true })"
    )
    for number in range(20, 60):
        stage.push(number, status=Status.BLOCKED, request=stage.plan.step(4).request, owner="session-abc")
    expect(board.locator("#col-ask article")).to_have_count(41)
    board.wait_for_timeout(400)  # a sentence is spoken 100 ms after the region was emptied

    assert len(board.evaluate("said")) <= 2


def test_a_large_board_widens_its_columns_and_asks_the_server_to_filter(stage: Stage, page: Page) -> None:
    steps = tuple(step(number) for number in range(1, 401))
    stage.plan = replace(stage.plan, steps=steps)
    page.goto(stage.board)
    todo = page.locator("#col-todo")
    expect(todo.locator("[data-window]")).to_have_text("50 of 400 shown")

    todo.get_by_role("link", name="Show 50 more").click()
    expect(todo.locator("article")).to_have_count(100)

    page.locator("[data-filter]").fill("377")
    expect(card(page, 377)).to_be_visible()
    page.locator("[data-filter]").fill("3")
    told = re.compile(r"^[0-9]+ of 1[0-9][0-9] shown$")
    expect(todo.locator("[data-window]")).to_have_text(told)  # of those that match, with scripts and without
    page.goto(page.url)
    expect(todo.locator("[data-window]")).to_have_text(told)
    page.locator("[data-filter]").fill("")
    expect(todo.locator("[data-window]")).to_have_text(
        re.compile(r"1[05]0 of 400 shown")
    )  # more come as one scrolls

    todo.get_by_role("link", name="Show all").click()
    expect(todo.locator("article")).to_have_count(400)
    expect(todo.locator("[data-window]")).to_have_count(0)


def test_done_is_a_strip_on_a_large_board_until_it_is_unfolded(stage: Stage, page: Page) -> None:
    steps = tuple(step(number, Status.COMPLETED) for number in range(1, 302))
    stage.plan = replace(stage.plan, steps=steps)
    page.goto(stage.board)
    expect(card(page, 1)).to_be_hidden()

    page.get_by_role("button", name="Unfold Done").click()

    expect(card(page, 1)).to_be_visible()
    stage.say({"type": "resync", "epoch": "one", "rev": 10})
    expect(page.get_by_role("button", name="Fold Done")).to_be_visible()


def test_room_is_made_at_once_for_a_step_that_comes_late(board: Page) -> None:
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    board.route("**/steps/3/**", hold)
    card(board, 3).locator("h3 a").click()
    expect(board.locator(".app.has-drawer > #drawer[aria-busy=true]")).to_be_visible()
    while not asked:
        board.wait_for_timeout(10)
    asked.pop().continue_()
    expect(board.locator("#drawer-title")).to_be_focused()
    expect(board.locator("#drawer")).to_have_attribute("aria-busy", "false")
    board.keyboard.press("Escape")
    expect(board.locator(".app.has-drawer")).to_have_count(0)


def test_room_is_given_back_where_no_step_comes(board: Page) -> None:
    board.route("**/steps/3/**", lambda route: route.fulfill(status=500, body=""))
    card(board, 3).locator("h3 a").click()
    expect(board.locator("#drawer")).to_have_attribute("aria-busy", "false")
    expect(board.locator(".app.has-drawer")).to_have_count(0)
