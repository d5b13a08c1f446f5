"""Boards with many steps or much going on: filtered, widened, folded, seldom read out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace
from playwright.sync_api import expect

from plans.domain.step import Status
from tests.browser.seeing import card, held_back, let_go, state, until
from tests.browser.steps import step

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import Stage


def test_the_filter_hides_what_does_not_match_and_pushed_cards_too(stage: Stage, board: Page) -> None:
    board.keyboard.press("/")
    board.keyboard.type("step 2")
    expect(card(board, 3)).to_be_hidden()

    stage.push(3, title="Something else")
    stage.push(8, title="Step 22, new")

    expect(card(board, 8)).to_be_visible()
    expect(card(board, 3)).to_be_hidden()
    board.locator("[data-filter]").fill("no such words")
    expect(board.locator("[data-no-match]")).to_be_visible()
    board.locator("[data-no-match]").get_by_role("link", name="Clear the filter").click()
    expect(card(board, 3)).to_be_visible()


def test_a_busy_board_speaks_seldom(stage: Stage, board: Page) -> None:
    board.evaluate(
        "window.said = [], window.began = performance.now();"
        "new MutationObserver(() => announce.textContent && said.push(announce.textContent))"
        ".observe(announce, { childList: true })"
    )
    for number in range(20, 60):
        stage.push(number, status=Status.BLOCKED, request=stage.plan.step(4).request, owner="session-abc")
    expect(board.locator("#col-ask article")).to_have_count(41)
    board.wait_for_timeout(400)  # a sentence is spoken 100 ms after the region was emptied

    seconds = board.evaluate("performance.now() - began") / 1000
    assert len(board.evaluate("said")) <= 2 + seconds // 10


def test_a_large_board_widens_its_columns_and_asks_the_server_to_filter(stage: Stage, page: Page) -> None:
    steps = tuple(step(number) for number in range(1, 401))
    stage.plan = replace(stage.plan, steps=steps)
    page.goto(stage.board)
    todo = page.locator("#col-todo")
    expect(todo.locator("[data-window]")).to_have_text("50 of 400 shown")

    todo.get_by_role("link", name="Show 50 more").click()
    more = re.compile(r"^[1-3][05]0 of 400 shown$")  # further ones come as one scrolls
    expect(todo.locator("[data-window]")).to_have_text(more)

    page.locator("[data-filter]").fill("377")
    expect(card(page, 377)).to_be_visible()
    page.locator("[data-filter]").fill("3")
    told = re.compile(r"^[0-9]+ of 1[0-9][0-9] shown$")
    expect(todo.locator("[data-window]")).to_have_text(told)  # of those that match, with scripts and without
    page.goto(page.url)
    expect(todo.locator("[data-window]")).to_have_text(told)
    page.locator("[data-filter]").fill("")
    expect(todo.locator("[data-window]")).to_have_text(more)

    todo.get_by_role("link", name="Show all").click()
    expect(todo.locator("article")).to_have_count(400)
    expect(todo.locator("[data-window]")).to_have_count(0)


def test_who_wants_all_cards_while_fifty_are_on_their_way_gets_all(stage: Stage, page: Page) -> None:
    stage.plan = replace(stage.plan, steps=tuple(step(number) for number in range(1, 401)))
    page.goto(stage.board)
    state(page, "live")
    todo = page.locator("#col-todo")
    asked = held_back(page, "**/*fragment=board*")
    todo.get_by_role("link", name="Show 50 more").click()
    until(page, lambda: asked)
    todo.get_by_role("link", name="Show all").click()
    let_go(page, "**/*fragment=board*", asked)

    expect(todo.locator("article")).to_have_count(400)


def test_done_is_a_strip_on_a_large_board_until_it_is_unfolded(stage: Stage, page: Page) -> None:
    steps = tuple(step(number, Status.COMPLETED) for number in range(1, 302))
    stage.plan = replace(stage.plan, steps=steps)
    page.goto(stage.board)
    state(page, "live")
    expect(card(page, 1)).to_be_hidden()

    page.get_by_role("button", name="Unfold Done").click()

    expect(card(page, 1)).to_be_visible()
    stage.say({"type": "resync", "epoch": "one", "rev": 10})
    until(page, lambda: stage.refetched)
    state(page, "live")
    expect(page.get_by_role("button", name="Fold Done")).to_be_visible()
