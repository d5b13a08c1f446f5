"""Frames: what the page does with what its socket says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from playwright.sync_api import expect

from plans.domain.step import Status
from tests.browser.seeing import stands_in, state, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.stage import Json, Stage


def test_the_page_says_what_it_has_and_acknowledges_what_it_gets(stage: Stage, board: Page) -> None:
    assert stage.heard("hello")[0] == {"type": "hello", "epoch": "one", "rev": 10}

    stage.push(2, status=Status.COMPLETED)

    stands_in(board, "done", 2)
    until(board, lambda: [ack["rev"] for ack in stage.heard("ack")][-2:] == [10, 11])
    assert stage.refetched == 0


def test_cards_stand_where_the_server_puts_them(stage: Stage, board: Page) -> None:
    stage.push(5, status=Status.IN_PROGRESS, owner="session-def")
    stage.push(6, status=Status.IN_PROGRESS, owner="session-def")

    expect(board.locator("#col-run article")).to_have_count(4)
    for column in ("todo", "run", "ask", "done"):
        shown = board.locator(f"#col-{column} article").evaluate_all("all => all.map(one => one.id)")
        assert shown == [f"step-{number}" for number in stage.column(column)]


def test_a_new_step_appears_and_a_removed_one_goes(stage: Stage, board: Page) -> None:
    stage.push(8, title="Brand new")
    expect(board.locator("#col-todo #step-8")).to_contain_text("Brand new")

    stage.change(8)
    stage.say(stage.frame({"op": "drop", "id": 8}))
    expect(board.locator("#step-8")).to_have_count(0)


def test_held_changes_are_counted_and_come_when_released(stage: Stage, board: Page) -> None:
    board.keyboard.press("p")
    state(board, "held")
    stage.push(2, title="Held back")
    stage.push(2, title="Held back twice")

    chip = board.locator(".plan-top [data-connection-words]")
    expect(chip).to_contain_text("1 changed step")
    expect(board.locator("#title-2")).not_to_contain_text("Held back")

    board.keyboard.press("p")
    expect(board.locator("#title-2")).to_contain_text("Held back twice")
    state(board, "live")


def test_counts_follow(stage: Stage, board: Page) -> None:
    op = stage.change(4, status=Status.COMPLETED, request=None)
    counts: list[Json] = [{"op": "count", "col": "ask", "n": 0}, {"op": "count", "col": "done", "n": 2}]
    stage.say(stage.frame(op, *counts))

    expect(board.locator("#col-done [data-count]")).to_have_text("2")
    expect(board.locator("#col-ask [data-empty]")).to_be_visible()


def test_an_empty_plan_becomes_a_board_by_itself(stage: Stage, page: Page) -> None:
    stage.plan = replace(stage.plan, steps=())
    page.goto(stage.board)
    expect(page.get_by_role("heading", name="No steps yet")).to_be_visible()
    state(page, "live")

    stage.push(1, title="The very first")

    expect(page.locator("#col-todo #step-1")).to_be_visible()
    expect(page.get_by_role("heading", name="No steps yet")).to_be_hidden()


def test_the_newest_lines_whole_date_goes_on_with_its_time(stage: Stage, board: Page) -> None:
    newest = board.locator("#latest-time")
    board.evaluate("document.getElementById('latest-time').title = 'long ago'")
    stage.change(2)
    stage.say(stage.frame(stage.card(2, summary="session-abc said so")))

    expect(board.locator("#latest")).to_have_text("session-abc said so")
    expect(newest).not_to_have_attribute("title", "long ago")
