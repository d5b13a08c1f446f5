"""The drawer: how it opens and closes, and what it keeps of what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from plans.domain.step import Review, Risk
from tests.browser.seeing import card, held_back, let_go, until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.stage import Stage

NOTE_DISABLED = """() => {
  window.noted = [];
  const note = () => {
    const button = document.querySelector("#drawer [data-key-approve]");
    if (button) window.noted.push(button.getAttribute("aria-disabled"));
  };
  new MutationObserver(note).observe(document.getElementById("drawer"), { childList: true, subtree: true });
}"""
"""Notes whether the answer could be pressed, whenever something came into the drawer."""


def test_the_answer_in_the_drawer_is_armed_only_when_it_could_be_read(board: Page) -> None:
    board.evaluate(NOTE_DISABLED)  # on a slow machine it is over before anybody asks from outside
    card(board, 4).get_by_role("link", name="Step 4 of the ledger").click()
    approve = board.locator("#drawer").get_by_role("button", name="Approve")

    expect(approve).to_be_enabled()
    assert board.evaluate("window.noted[0]") == "true"


def test_a_minute_that_goes_by_disarms_no_answer_and_another_word_does(board: Page) -> None:
    card(board, 4).get_by_role("link", name="Step 4 of the ledger").click()
    approve = board.locator("#drawer").get_by_role("button", name="Approve")
    expect(approve).not_to_have_attribute("aria-disabled", "true")
    board.evaluate(NOTE_DISABLED)

    board.evaluate("document.querySelector('#drawer time').textContent = 'a minute more'")
    until(board, lambda: board.evaluate("window.noted"))
    assert set(board.evaluate("window.noted")) == {None}
    board.evaluate("document.getElementById('drawer').append('another word')")
    until(board, lambda: "true" in board.evaluate("window.noted"))
    expect(approve).not_to_have_attribute("aria-disabled", "true")


def test_the_drawer_opens_beside_the_board_and_esc_goes_back_to_the_card(stage: Stage, board: Page) -> None:
    card(board, 2).focus()
    board.keyboard.press("Enter")
    expect(board.locator("#drawer-title")).to_be_focused()
    expect(board).to_have_url(f"{stage.board}?step=2")
    board.keyboard.press("j")
    expect(board.locator("#drawer-title")).to_have_text("Step 3 of the ledger")

    board.keyboard.press("Escape")

    expect(board.locator("#drawer .drawer")).to_have_count(0)
    expect(card(board, 3)).to_be_focused()


def test_a_key_that_comes_as_the_step_does_keeps_the_field_it_opened(stage: Stage, board: Page) -> None:
    board.evaluate(
        """() => new MutationObserver((changes, watch) => {
            if (!document.querySelector("#comment-note")) return;
            watch.disconnect();
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "c", bubbles: true }));
        }).observe(document.getElementById("drawer"), { childList: true, subtree: true })"""
    )
    card(board, 2).focus()
    board.keyboard.press("Enter")

    expect(board).to_have_url(f"{stage.board}?step=2")
    expect(board.locator("#comment-note")).to_be_focused()


def test_the_way_back_of_the_browser_closes_the_drawer(stage: Stage, board: Page) -> None:
    card(board, 2).get_by_role("link", name="Step 2 of the ledger").click()
    expect(board.locator("#drawer-title")).to_be_focused()

    board.go_back()

    expect(board.locator("#drawer .drawer")).to_have_count(0)
    expect(board).to_have_url(stage.board)


def test_what_is_typed_outlives_a_reload(board: Page) -> None:
    card(board, 4).get_by_role("link", name="Step 4 of the ledger").click()
    expect(board.locator("#drawer-title")).to_be_focused()
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


def test_what_is_typed_while_the_step_is_fetched_again_stays(stage: Stage, board: Page) -> None:
    card(board, 2).get_by_role("link", name="Step 2 of the ledger").click()
    expect(board.locator("#drawer-title")).to_be_focused()
    board.keyboard.press("e")
    expect(board.locator("#edit-notes")).to_be_visible()
    board.locator("#drawer-title").focus()
    asked = held_back(board, "**/steps/2/**")
    stage.push(2, active_form="running 212 tests")
    until(board, lambda: asked)
    board.locator("#edit-notes").press_sequentially("Half a sent")
    let_go(board, "**/steps/2/**", asked)

    expect(board.locator("#drawer-facts")).to_contain_text("running 212 tests")
    expect(board.locator("#edit-notes")).to_have_value("Half a sent")
    expect(board.locator("#edit-notes")).to_be_focused()


def test_what_a_page_may_have_missed_and_has_not_leaves_the_open_step_alone(
    stage: Stage, board: Page
) -> None:
    card(board, 2).get_by_role("link", name="Step 2 of the ledger").click()
    expect(board.locator("#drawer-title")).to_be_focused()
    fetched = len(asked_for_step(stage, 2))
    stage.say({"type": "state", "plan": "payments.ledger", "epoch": "one", "ops": [stage.card(2)]})
    stage.push(3, title="And on")
    expect(board.locator("#title-3")).to_contain_text("And on")
    assert len(asked_for_step(stage, 2)) == fetched

    stage.push(2, title="Changed indeed")
    expect(board.locator("#drawer-title")).to_have_text("Changed indeed")
    assert len(asked_for_step(stage, 2)) == fetched + 1


def asked_for_step(stage: Stage, number: int) -> list[str]:
    return [path for path in stage.fetches if f"/steps/{number}/" in path]


def test_room_is_made_at_once_for_a_step_that_comes_late(board: Page) -> None:
    asked = held_back(board, "**/steps/3/**")
    card(board, 3).locator("h3 a").click()
    expect(board.locator(".app.has-drawer > #drawer[aria-busy=true]")).to_be_visible()
    until(board, lambda: asked)
    let_go(board, "**/steps/3/**", asked)
    expect(board.locator("#drawer-title")).to_be_focused()
    expect(board.locator("#drawer")).to_have_attribute("aria-busy", "false")
    board.keyboard.press("Escape")
    expect(board.locator(".app.has-drawer")).to_have_count(0)


def test_room_is_given_back_where_no_step_comes(board: Page) -> None:
    board.route("**/steps/3/**", lambda route: route.fulfill(status=500, body=""))
    card(board, 3).locator("h3 a").click()
    expect(board.locator("#drawer")).to_have_attribute("aria-busy", "false")
    expect(board.locator(".app.has-drawer")).to_have_count(0)


def unfold_edit(page: Page, number: int) -> Locator:
    """Open a step and its edit."""
    card(page, number).get_by_role("link", name=f"Step {number} of the ledger").click()
    page.locator("#edit > summary").click()
    return page.locator("#edit")


def test_a_choice_that_was_lowered_outlives_a_change_of_its_step(stage: Stage, board: Page) -> None:
    stage.push(2, risk=Risk.IRREVERSIBLE, review=Review.REQUIRED)
    form = unfold_edit(board, 2)
    form.get_by_label("Risk").select_option("normal")
    form.get_by_label("Review").select_option("none")
    board.locator("#drawer-title").focus()

    stage.push(2, active_form="running 212 tests")

    expect(board.locator("#drawer-facts")).to_contain_text("running 212 tests")
    expect(form.get_by_label("Risk")).to_have_value("normal")
    expect(form.get_by_label("Review")).to_have_value("none")


def test_what_is_chosen_and_ticked_outlives_a_reload(board: Page) -> None:
    form = unfold_edit(board, 2)
    form.get_by_label("Review").select_option("required")
    form.get_by_label("Risk").select_option("production")
    form.get_by_label("Critical").check()

    board.reload()

    expect(form.get_by_label("Review")).to_have_value("required")
    expect(form.get_by_label("Risk")).to_have_value("production")
    expect(form.get_by_label("Critical")).to_be_checked()
    expect(form.get_by_text("Restored your unsaved text.")).to_be_visible()
