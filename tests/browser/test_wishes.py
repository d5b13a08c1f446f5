"""What a person wishes for is done to the step that was meant, however late answers and changes come."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace
from playwright.sync_api import expect

from plans.domain.step import Status
from tests.browser.seeing import card, held_back, let_go, stands_in, until

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.browser.stage import Stage

OWNERS = re.compile(r"/steps/(\d+)/\?part=owners$")


def opened(board: Page, number: int) -> None:
    card(board, number).locator("h3 a").click()
    expect(board.locator("#drawer-title")).to_have_text(f"Step {number} of the ledger")
    expect(board.locator("#drawer-title")).to_be_focused()  # not before is it in the address, and all done


def asks(stage: Stage, number: int) -> None:
    """Make a step ask for approval, and tell it."""
    stage.push(number, status=Status.BLOCKED, request=stage.plan.step(4).request, owner="session-abc")


def comment_under_way(page: Page) -> list[Route]:
    """Open step 2 and comment on it; gives the request, whose answer waits."""
    opened(page, 2)
    page.keyboard.press("c")
    page.locator("#comment-note").fill("Rehearsed")
    sent = held_back(page, "**/steps/2/comment/")
    page.keyboard.press("Control+Enter")
    until(page, lambda: sent)
    return sent


def test_a_drawer_that_was_closed_stays_closed_whatever_was_on_its_way(stage: Stage, board: Page) -> None:
    opened(board, 2)
    asked = held_back(board, "**/steps/2/**")
    stage.push(2, active_form="running 212 tests")
    until(board, lambda: asked)

    board.keyboard.press("Escape")
    expect(board.locator("#drawer .drawer")).to_have_count(0)
    let_go(board, "**/steps/2/**", asked)
    opened(board, 3)
    board.keyboard.press("Escape")

    expect(board.locator("#drawer .drawer")).to_have_count(0)
    expect(board).to_have_url(stage.board)


def test_of_many_steps_asked_for_at_once_the_last_is_shown(stage: Stage, board: Page) -> None:
    opened(board, 2)
    asked = held_back(board, "**/steps/**")
    stage.push(2, active_form="running 212 tests")
    until(board, lambda: asked)
    for number in (3, 5, 6):
        card(board, number).locator("h3 a").click()
    until(board, lambda: len(asked) >= len((2, 3, 5, 6)))
    let_go(board, "**/steps/**", asked)

    expect(board.locator("#drawer-title")).to_have_text("Step 6 of the ledger")
    expect(board.locator("#drawer-title")).to_be_focused()
    expect(board).to_have_url(f"{stage.board}?step=6")


def test_the_owners_that_hang_on_a_card_are_its_own(stage: Stage, board: Page) -> None:
    def offer(route: Route) -> None:
        found = OWNERS.search(route.request.url)
        number = found[1] if found else "?"
        form = f"<form><p>Give step {number} to</p><input type=radio name=owner></form>"
        route.fulfill(body=form, content_type="text/html")

    board.route(OWNERS, offer)
    panel = board.locator("#picker")
    card(board, 5).focus()
    board.keyboard.press("o")
    expect(panel).to_contain_text("Give step 5 to")
    board.keyboard.press("Escape")
    opened(board, 2)
    asked = held_back(board, "**/steps/2/")
    stage.push(2, active_form="running 212 tests")
    until(board, lambda: asked)

    card(board, 6).focus()
    board.keyboard.press("o")

    expect(panel).to_be_visible()
    expect(panel).to_contain_text("Give step 6 to")
    let_go(board, "**/steps/2/", asked)


def test_an_answer_for_a_step_that_is_shown_no_longer_does_not_bring_it_back(board: Page) -> None:
    sent = comment_under_way(board)
    opened(board, 3)

    answer = '<div class="drawer" data-step="2"><h2 id="drawer-title">Step 2, commented</h2></div>'
    toast = '<div class="toast">Step 2 commented</div>'
    answer += f'<hx-partial hx-target="#toast" hx-swap="innerHTML">{toast}</hx-partial>'
    sent[0].fulfill(body=answer, content_type="text/html")

    expect(board.locator("#toast")).to_contain_text("Step 2 commented")
    expect(board.locator("#drawer-title")).to_have_text("Step 3 of the ledger")


def test_a_menu_of_a_card_that_is_gone_does_nothing_to_another_step(stage: Stage, board: Page) -> None:
    asks(stage, 8)
    stands_in(board, "ask", 8)
    opened(board, 4)
    sent = held_back(board, "**/approve/")
    approve = board.locator("#drawer").get_by_role("button", name="Approve")
    expect(approve).not_to_have_attribute("aria-disabled", "true")
    card(board, 8).focus()
    board.keyboard.press(".")
    menu = board.get_by_role("menu", name="Actions for step 8")
    expect(menu).to_be_visible()
    stage.plan = replace(
        stage.plan, revision=12, steps=tuple(one for one in stage.plan.steps if one.number != 8)
    )
    stage.say(stage.frame({"op": "drop", "id": 8}))
    expect(card(board, 8)).to_have_count(0)

    menu.get_by_role("menuitem", name="Approve").click()

    expect(board.locator("#announce")).to_have_text("Step 8 is gone. Nothing was done.")
    assert not sent


def test_a_note_that_was_begun_in_a_dialog_is_there_when_it_opens_again(board: Page) -> None:
    note = board.get_by_role("dialog", name="Reject step 4?").get_by_label("Note")
    card(board, 4).focus()
    board.keyboard.press("x")
    note.fill("Rehearse the roll")
    board.keyboard.press("Escape")
    expect(note).to_have_count(0)
    expect(card(board, 4)).to_be_focused()

    board.keyboard.press("x")

    expect(note).to_have_value("Rehearse the roll")


def test_an_edit_that_was_put_aside_goes_on_from_what_it_was_begun_on(stage: Stage, board: Page) -> None:
    opened(board, 5)
    board.keyboard.press("e")
    board.locator("#edit-title").fill("My title")
    board.locator("#drawer-title").focus()
    board.keyboard.press("Escape")
    stage.push(5, title="Another title")
    expect(board.locator("#title-5")).to_contain_text("Another title")

    card(board, 5).locator("h3 a").click()

    expect(board.locator("#edit-title")).to_have_value("My title")
    expect(board.locator("#drawer .drawer")).to_have_attribute("data-rev", "11")
    expect(board.locator("#edit [name=revision]")).to_have_value("1")


def test_what_is_typed_after_a_form_was_sent_is_not_forgotten_with_it(board: Page) -> None:
    sent = comment_under_way(board)
    board.locator("#comment-note").press_sequentially(", twice")
    board.evaluate("document.querySelector('#drawer .drawer').dataset.old = ''")
    fresh = board.request.get(board.url.replace("?step=2", "steps/2/"), headers={"HX-Request": "true"}).text()
    sent[0].fulfill(body=fresh, content_type="text/html")

    expect(board.locator("#drawer .drawer[data-old]")).to_have_count(0)
    expect(board.locator("#comment-note")).to_have_value("Rehearsed, twice")
