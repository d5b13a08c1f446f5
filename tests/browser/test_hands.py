"""Under the hand nothing moves: focus, pointer, scrolling, presses that come too early."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from msgspec.structs import replace
from playwright.sync_api import expect

from plans.domain.step import Status
from tests.browser.seeing import card, focused, gliding, stands_in, state, until
from tests.browser.steps import step

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.stage import Stage

HELD = re.compile("moved")
QUIET_PICTURES = 5


def test_a_card_under_the_pointer_changes_what_it_says_and_not_where_it_is(stage: Stage, board: Page) -> None:
    card(board, 2).hover()
    stage.push(2, status=Status.COMPLETED, title="Finished under the hand")

    told = re.compile("Finished under the hand.*moved to Done", re.DOTALL)
    expect(board.locator("#col-run #step-2")).to_contain_text(told)  # at once: it is not held for long

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
    state(page, "live")
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
    state(page, "live")
    page.mouse.move(0, 0)
    card(page, 30).scroll_into_view_if_needed()
    before = resting_place(page, 30)

    stage.push(2, status=Status.IN_PROGRESS, owner="session-abc")
    expect(page.locator("#col-run #step-2")).to_be_visible()
    stage.push(2, status=Status.PENDING, owner=None)
    expect(page.locator("#col-todo #step-2")).to_have_count(1)

    assert abs(before - resting_place(page, 30)) < 2


def test_a_press_right_after_a_change_is_ignored_once(stage: Stage, board: Page) -> None:
    board.evaluate(
        """new MutationObserver((changes, watch) => {
            if (document.querySelector('#step-4[data-own-fresh]')) {
                watch.disconnect();
                document.querySelector("#step-4 [data-key-approve]").click();
            }
        }).observe(document.getElementById('board'), {attributes: true, subtree: true})"""
    )
    stage.push(4, title="Changed under the finger")

    expect(card(board, 4)).to_have_class(re.compile("is-pulsing"))
    expect(board.locator("#toast")).to_be_empty()


def test_a_card_that_slides_under_the_finger_takes_no_click_at_once(stage: Stage, board: Page) -> None:
    posted: list[str] = []
    board.on("request", lambda sent: posted.append(sent.url) if sent.method == "POST" else None)
    gliding(board)
    board.emulate_media(reduced_motion="reduce")  # nothing glides: it is there at once
    board.evaluate(
        """() => new MutationObserver((changes, watch) => {
            if (!document.querySelector("#col-ask #step-1")) return;
            watch.disconnect();
            document.querySelector("#step-4 [data-key-approve]")
                .dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, detail: 1}));
        }).observe(document.getElementById("board"), {childList: true, subtree: true})"""
    )

    stage.push(1, status=Status.BLOCKED, request=stage.plan.step(4).request)  # above it: 4 gives way

    expect(card(board, 4)).to_have_class(re.compile("is-pulsing"))
    assert posted == []
    while not posted:
        card(board, 4).get_by_role("button", name="Approve").click()


def test_a_card_that_is_let_go_stands_where_the_newest_board_has_it(stage: Stage, board: Page) -> None:
    card(board, 2).focus()
    stage.push(2, status=Status.BLOCKED, request=stage.plan.step(4).request)
    expect(board.locator("#col-run #step-2")).to_contain_text("moved to Needs you")
    stage.change(2, status=Status.COMPLETED, request=None)
    stage.change(3, title="Never told")
    stage.say(stage.heartbeat())
    expect(board.locator("#title-3")).to_contain_text("Never told")

    card(board, 3).focus()
    expect(card(board, 2)).not_to_contain_text("moved to")
    stands_in(board, "done", 2)


def test_a_column_that_scrolls_below_a_held_card_offers_the_place_that_is_there_now(
    stage: Stage, page: Page
) -> None:
    stage.plan = replace(stage.plan, steps=tuple(step(number) for number in range(1, 41)))
    page.goto(stage.board)
    state(page, "live")
    page.evaluate(
        """() => {
            window.places = new Set();
            const note = () => places.add(document.querySelector(".drag-told")?.textContent);
            new MutationObserver(note).observe(document.body, {childList: true, subtree: true});
        }"""
    )
    page.mouse.move(*middle(card(page, 2)))
    page.mouse.down()
    x, y = middle(card(page, 2))
    away = itertools.cycle((20, 30))
    while not page.locator(".drag-ghost").count():  # the script for it is fetched at the press
        page.mouse.move(x, y + next(away))
    column = page.locator("#col-todo .column-body").bounding_box()
    assert column
    page.mouse.move(x, column["y"] + column["height"] - 8)
    expect(page.locator(".drag-told")).to_contain_text("Behind step")
    behind = "[...places].filter((told) => told?.includes('Behind step')).length"
    until(page, lambda: page.evaluate(behind) > 3)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".drag-ghost")).to_have_count(0)


def middle(article: Locator) -> tuple[float, float]:
    box = article.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + 14
