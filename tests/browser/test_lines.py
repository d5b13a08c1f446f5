"""Sockets that break, fall silent or are refused: what the page says and does."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from plans.domain.step import Status
from tests.browser.seeing import stands_in, state, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import Stage


COUNT_ITS_ASKING = """() => {
  const { fetch } = window;
  window.asked = 0;
  window.fetch = (url, how) => { asked += String(url).includes("fragment=board"); return fetch(url, how); };
}"""


def test_a_page_whose_socket_broke_comes_back_with_what_it_has(stage: Stage, board: Page) -> None:
    stage.push(2, title="Before")
    expect(board.locator("#title-2")).to_contain_text("Before")
    hellos = len(stage.heard("hello"))
    stage.answers = False

    stage.hang_up(1011)
    state(board, "reconnecting")
    expect(board.locator("#lost")).to_contain_text("Connection lost at")
    until(board, lambda: len(stage.heard("hello")) > hellos)
    assert stage.heard("hello")[-1] == {"type": "hello", "epoch": "one", "rev": 11}

    stage.answers = True
    state(board, "live")
    expect(board.locator("#lost")).to_be_hidden()


def test_who_is_signed_out_is_told_and_nothing_is_tried_again(stage: Stage, board: Page) -> None:
    hellos = len(stage.heard("hello"))
    stage.hang_up(4401)

    state(board, "signedOut")
    expect(board.locator("#alert")).to_have_text("You are signed out.")
    expect(board.locator(".plan-top").get_by_role("link", name="Sign in")).to_be_visible()
    board.wait_for_timeout(1500)  # longer than the first pause: nothing may come
    assert len(stage.heard("hello")) == hellos


def test_who_may_not_see_the_plan_is_told(stage: Stage, board: Page) -> None:
    stage.hang_up(4403)

    state(board, "noAccess")


def test_silence_is_seen_as_a_lost_line(stage: Stage, page: Page) -> None:
    page.clock.install()
    page.goto(stage.board)
    state(page, "live")
    hellos = len(stage.heard("hello"))
    stage.answers = False

    page.clock.fast_forward(36_000)

    state(page, "reconnecting")
    page.clock.fast_forward(16_000)
    until(page, lambda: len(stage.heard("hello")) > hellos)


def test_after_a_sleep_the_page_asks_before_it_calls_itself_live(stage: Stage, page: Page) -> None:
    page.clock.install(time=datetime(2026, 1, 1, 9, tzinfo=UTC))
    page.goto(stage.board)
    state(page, "live")
    hellos = len(stage.heard("hello"))
    stage.answers = False

    page.clock.set_system_time(datetime(2026, 1, 1, 17, tzinfo=UTC))
    page.clock.fast_forward(6_000)

    state(page, "catching")
    until(page, lambda: len(stage.heard("hello")) > hellos)
    page.clock.fast_forward(11_000)
    state(page, "reconnecting")
    expect(page.locator("#lost")).to_contain_text(re.compile("Connection lost at 09:0"))


def test_where_sockets_are_blocked_the_page_asks_over_http(stage: Stage, page: Page) -> None:
    stage.refuses_sockets = True
    page.clock.install()
    page.goto(stage.board)
    state(page, "reconnecting")
    stage.change(2, status=Status.COMPLETED)
    until(page, lambda: _on(page) and stage.refetched)

    stands_in(page, "done", 2)
    state(page, "polling")


def test_a_page_that_asks_over_http_asks_for_nothing_while_it_is_held(stage: Stage, page: Page) -> None:
    stage.refuses_sockets = True
    page.clock.install()
    page.goto(stage.board)
    until(page, lambda: _on(page) and stage.refetched)
    state(page, "polling")

    page.keyboard.press("p")
    expect(page.locator(".plan-top [data-connection-words]")).to_have_text("Held: p goes on")
    page.evaluate(COUNT_ITS_ASKING)
    stage.change(2, title="Held back")
    page.clock.run_for(16_000)
    assert page.evaluate("asked") == 0

    page.keyboard.press("p")
    state(page, "polling")
    page.clock.run_for(16_000)
    expect(page.locator("#title-2")).to_contain_text("Held back")
    assert page.evaluate("asked") > 0


def _on(page: Page) -> bool:
    """Let the page's clock go on as far as any of its pauses lasts; true when it did."""
    page.clock.fast_forward(16_000)
    return True


def test_a_page_from_the_back_forward_cache_says_hello_at_once(stage: Stage, board: Page) -> None:
    hellos = len(stage.heard("hello"))
    board.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    until(board, lambda: len(stage.heard("hello")) > hellos)


def test_a_board_that_is_held_while_its_line_breaks_is_not_live_for_a_key(stage: Stage, board: Page) -> None:
    board.keyboard.press("p")
    state(board, "held")
    stage.refuses_sockets = True
    stage.hang_up(1011)
    state(board, "reconnecting")

    board.evaluate("""() => {
      window.states = [];
      const html = document.documentElement;
      const note = () => window.states.push(html.dataset.connection);
      new MutationObserver(note).observe(html, { attributes: true });
    }""")
    board.keyboard.press("p")
    until(board, lambda: board.evaluate("window.states.length"))
    assert "live" not in board.evaluate("window.states")
