"""A page loses its line: it says so, and finds back to the newest state by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocketRoute

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
AGENT = "session-abc"
BOARD = f"/plans/{PLAN}/"


def two_steps(board: Board) -> None:
    board.ask("plan", "create", PLAN, session=AGENT)
    for title in ("Survey", "Build"):
        board.ask("step", "add", PLAN, "--title", title, session=AGENT)


def chip(page: Page, words: str) -> None:
    """Wait until the page says how it is connected."""
    expect(page.locator("[data-connection-chip]").first).to_contain_text(words)


@pytest.mark.own_board
def test_a_restarted_server_is_found_again_with_the_newest_cards(board: Board, sign_in: SignIn) -> None:
    two_steps(board)
    page = sign_in(BOARD)
    seeing.live(page)
    seeing.stay(page)
    board.stop()
    chip(page, "Reconnecting")
    expect(page.get_by_role("button", name="Retry now").first).to_be_visible()
    board.ask("step", "claim", PLAN, "2", session=AGENT)
    board.start()
    seeing.stands_in(page, "run", 2)
    seeing.live(page)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    seeing.stands_in(page, "run", 1)
    assert seeing.stayed(page)


@pytest.mark.own_board
def test_retry_now_connects_at_once(board: Board, sign_in: SignIn) -> None:
    """The page's clock stands: by itself it would never try."""
    two_steps(board)
    page = sign_in("/plans/")
    page.clock.install()
    page.goto(board.url + BOARD)
    seeing.live(page)
    seeing.stop_clock(page)
    board.stop()
    chip(page, "Reconnecting")
    board.start()
    page.get_by_role("button", name="Retry now").first.click()
    seeing.live(page)


def test_a_press_while_the_line_is_down_is_answered_all_the_same(board: Board, sign_in: SignIn) -> None:
    two_steps(board)
    page = sign_in()
    page.route_web_socket("**/ws/**", lambda line: line.close())
    page.goto(f"{board.url}{BOARD}?step=1")
    expect(page.locator("html")).to_have_attribute("data-connection", re.compile("reconnecting|polling"))
    form = seeing.open_form(page, "edit")
    form.get_by_label("Title").fill("Survey everything")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#title-1")).to_contain_text("Survey everything")
    assert board.step(PLAN, 1)["title"] == "Survey everything"


def test_where_sockets_do_not_get_through_the_page_asks_over_http(board: Board, sign_in: SignIn) -> None:
    two_steps(board)
    page = sign_in()
    page.route_web_socket("**/ws/**", lambda line: line.close())
    page.goto(board.url + BOARD)
    seeing.stay(page)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    seeing.stands_in(page, "run", 1)
    chip(page, "Live, every 5 s")
    board.ask("step", "claim", PLAN, "2", session=AGENT)
    seeing.stands_in(page, "run", 2)
    assert seeing.stayed(page)


def test_a_frame_that_never_came_is_noticed_and_fetched(board: Board, sign_in: SignIn) -> None:
    """A frame is dropped on the way: the next one does not chain, so the page starts over."""
    two_steps(board)
    page = sign_in()
    loses = False
    lost: list[str] = []

    def through(line: WebSocketRoute) -> None:
        server = line.connect_to_server()

        def down(message: str | bytes) -> None:
            is_frame = '"prev"' in str(message)
            if loses and is_frame and not lost:
                lost.append(str(message))
            elif is_frame or not loses:  # a heartbeat would tell of the frame, too
                line.send(message)

        server.on_message(down)

    page.route_web_socket("**/ws/**", through)
    page.goto(board.url + BOARD)
    seeing.live(page)
    seeing.stay(page)
    loses = True
    board.ask("step", "edit", PLAN, "1", "--title", "Survey all", "--revision", "3", session=AGENT)
    until(lambda: page.evaluate("true") and lost)
    shown = page.locator("#title-1").inner_text()
    board.ask("step", "edit", PLAN, "2", "--title", "Build all", "--revision", "3", session=AGENT)
    expect(page.locator("#title-2")).to_contain_text("Build all")
    expect(page.locator("#title-1")).to_contain_text("Survey all")
    assert "Survey all" not in shown
    assert seeing.stayed(page)


def test_who_signs_out_elsewhere_is_told_on_every_page(board: Board, sign_in: SignIn) -> None:
    two_steps(board)
    here = sign_in(BOARD)
    there = here.context.new_page()
    there.goto(board.url + BOARD)
    for page in (here, there):
        seeing.live(page)
    here.get_by_role("button", name="Sign out").click()
    chip(there, "Signed out")
    expect(there.get_by_role("link", name="Sign in").first).to_be_visible()


def test_a_page_of_the_back_button_is_live_and_new(board: Board, sign_in: SignIn) -> None:
    two_steps(board)
    page = sign_in(BOARD)
    seeing.live(page)
    page.goto(f"{board.url}/plans/")
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    page.go_back()
    seeing.stands_in(page, "run", 1)
    seeing.live(page)


def test_a_page_that_was_offline_catches_up(board: Board, sign_in: SignIn) -> None:
    two_steps(board)
    page = sign_in(BOARD)
    seeing.live(page)
    seeing.stay(page)
    page.context.set_offline(True)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    page.context.set_offline(False)
    seeing.stands_in(page, "run", 1)
    assert seeing.stayed(page)


def test_held_changes_are_counted_and_shown_on_release(board: Board, sign_in: SignIn) -> None:
    two_steps(board)
    page = sign_in(BOARD)
    seeing.live(page)
    page.keyboard.press("p")
    chip(page, "Held")
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    expect(page.locator("[data-connection-chip]").first).not_to_contain_text("Held 0 changes")
    seeing.stands_in(page, "todo", 1)
    page.keyboard.press("p")
    seeing.stands_in(page, "run", 1)
    seeing.live(page)
