"""Selected cards: what is dropped from the plan is selected no more, and what is not shown is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from playwright.sync_api import expect

from tests.browser.seeing import card, until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.stage import Stage


def select(board: Page, *numbers: int) -> None:
    for number in numbers:
        card(board, number).focus()
        board.keyboard.press("v")
    expect(bar(board)).to_have_text(f"{len(numbers)} selected")


def bar(board: Page) -> Locator:
    return board.locator(".bulk-bar b")


def without(stage: Stage, number: int) -> None:
    """Drop a step from the plan."""
    steps = tuple(step for step in stage.plan.steps if step.number != number)
    stage.plan = replace(stage.plan, revision=stage.plan.revision + 1, steps=steps)


def test_a_step_that_is_dropped_is_selected_no_more(stage: Stage, board: Page) -> None:
    select(board, 5, 6)
    without(stage, 6)
    stage.say(stage.frame({"op": "drop", "id": 6}))

    expect(bar(board)).to_have_text("1 selected")
    expect(board.locator("#announce")).to_have_text("Step 6 is gone, 1 selected in all")


def test_a_board_that_is_fetched_again_selects_no_step_that_went_meanwhile(stage: Stage, board: Page) -> None:
    select(board, 5, 6)
    without(stage, 6)
    stage.say(stage.heartbeat())

    expect(bar(board)).to_have_text("1 selected")


def test_nothing_of_another_plan_of_that_name_is_selected(stage: Stage, board: Page) -> None:
    select(board, 5, 6)
    stage.plan = replace(stage.plan, epoch="two")
    stage.say(stage.heartbeat())

    expect(bar(board)).to_be_hidden()


def test_what_a_filter_hides_stays_selected_and_is_named(board: Page) -> None:
    select(board, 5, 6)
    board.locator("[data-filter]").fill("step 5")
    expect(bar(board)).to_have_text("2 selected, 1 not shown")

    card(board, 5).focus()
    board.evaluate("() => { htmx.ajax = (...all) => { window.asked = all[1]; }; }")
    board.keyboard.press("m")
    until(board, lambda: board.evaluate("window.asked"))
    assert "verb=move&step=5.1&step=6.1" in board.evaluate("window.asked")
    dialog = '<dialog class="dialog"><h2 id="bulk-title">Move</h2><p class="dialog-lead">All.</p></dialog>'
    board.evaluate(
        """(html) => {
            document.getElementById("dialog").innerHTML = html;
            document.dispatchEvent(new CustomEvent("htmx:after:swap"));
        }""",
        dialog,
    )

    expect(board.locator("#dialog .dialog-lead").last).to_have_text("The board does not show step 6 now.")
    board.keyboard.press("Escape")
    board.locator("[data-filter]").fill("")
    expect(bar(board)).to_have_text("2 selected")
