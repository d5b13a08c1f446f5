"""Nobody answers, or somebody else for the board: what is shown stays, what was asked for comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.seeing import card, state, until

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.browser.stage import Stage

SIGNED_OUT = 4401


def by_proxy(route: Route) -> None:
    route.fulfill(status=502, content_type="text/html", body="<h1>502 Bad Gateway</h1>")


def test_a_filter_that_a_proxy_answered_is_asked_for_again(board: Page) -> None:
    answered: list[Route] = []

    def once(route: Route) -> None:
        answered.append(route)
        by_proxy(route)

    board.route("**/*fragment=matching*", once)
    board.locator("[data-filter]").fill("step 5")
    until(board, lambda: answered)
    board.unroute("**/*fragment=matching*")

    expect(card(board, 6)).to_be_hidden()
    expect(card(board, 5)).to_be_visible()


def test_an_open_step_outlives_the_answer_of_a_proxy(stage: Stage, board: Page) -> None:
    card(board, 2).get_by_role("link", name="Step 2 of the ledger").click()
    expect(board.locator("#drawer-title")).to_be_focused()
    board.route("**/steps/2/**", by_proxy)
    with board.expect_response("**/steps/2/**"):
        stage.push(2, title="Said anew")

    expect(card(board, 2)).to_contain_text("Said anew")
    expect(board.locator("#toast .is-error")).to_contain_text("the board did not answer")
    expect(board.locator("#drawer-title")).to_have_text("Step 2 of the ledger")


def test_who_signs_in_again_has_new_forms_though_the_line_was_lost_between(stage: Stage, board: Page) -> None:
    board.evaluate("window.sameDocument = true")
    stage.hang_up(SIGNED_OUT)
    state(board, "signedOut")
    stage.refuses_sockets = True
    board.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    state(board, "reconnecting")

    stage.refuses_sockets = False

    state(board, "live")
    assert board.evaluate("window.sameDocument") is None


def test_a_plan_menu_that_nobody_gives_leaves_the_page(board: Page) -> None:
    board.evaluate("window.sameDocument = true")
    board.route("**/actions/*", lambda route: route.abort())

    board.get_by_role("link", name="Plan actions").click()

    expect(board.locator("#toast")).to_contain_text("The board did not answer")
    assert board.evaluate("window.sameDocument")


def test_what_is_pressed_while_a_proxy_answers_is_said_not_to_be_confirmed(board: Page) -> None:
    card(board, 2).get_by_role("link", name="Step 2 of the ledger").click()
    board.locator("#drawer summary", has_text="Comment").click()
    board.locator("#drawer textarea:visible").fill("Half a sentence")
    board.route("**/steps/2/**", by_proxy)
    board.locator("#drawer form:visible button[type=submit]").last.click()

    expect(board.locator("#toast .is-error")).to_be_in_viewport()
    expect(board.locator("#toast")).to_contain_text("Nothing was lost; try again.")
    expect(board.locator("#drawer textarea:visible")).to_have_value("Half a sentence")
