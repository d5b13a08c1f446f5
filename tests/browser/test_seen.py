"""What one decides from a menu, the palette or with a card in the hand is what one saw when one took it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from msgspec.structs import replace
from playwright.sync_api import expect

from plans.domain.sealing import text_mark
from tests.browser.seeing import card, focused, until

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.browser.stage import Stage

CHANGED = "Step 4 changed. Nothing was done."


@pytest.fixture
def sent(board: Page) -> list[dict[str, list[str]]]:
    """Collect what the board sends; nothing of it is answered."""
    found: list[dict[str, list[str]]] = []

    def take(route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        found.append(parse_qs(route.request.post_data or "") | {"to": [route.request.url]})
        return route.fulfill(status=204)

    board.route("**/*", take)
    return found


def ask_another(stage: Stage, board: Page) -> None:
    """Step 4 asks something else by now, since so long that a press is no longer held back for it."""
    request = stage.plan.step(4).request
    assert request is not None
    stage.push(4, title="Delete the whole ledger", request=replace(request, text="Delete all rows?", id=2))
    expect(card(board, 4)).to_contain_text("Delete all rows?")
    expect(card(board, 4)).not_to_have_attribute("data-own-fresh", "")


def open_menu(board: Page) -> None:
    card(board, 4).focus()
    board.keyboard.press(".")
    expect(board.get_by_role("menuitem", name="Approve")).to_be_visible()


def lift(board: Page) -> None:
    """Take card 4 and hold it over In progress."""
    box, to = card(board, 4).bounding_box(), board.locator("#col-run").bounding_box()
    assert box
    assert to
    board.mouse.move(box["x"] + 14, box["y"] + 14)
    board.mouse.down()
    away = itertools.cycle((20, 30))
    while not board.locator(".drag-ghost").count():  # the script for it is fetched at the press
        board.mouse.move(box["x"] + next(away), box["y"] + 24)
    board.mouse.move(to["x"] + 60, to["y"] + 200)
    expect(board.locator(".drag-told")).to_have_text("Approve")


def test_a_card_is_approved_by_its_drop_into_in_progress(
    stage: Stage, board: Page, sent: list[dict[str, list[str]]]
) -> None:
    lift(board)
    board.mouse.up()

    until(board, lambda: sent)
    assert sent[0]["revision"] == [f"1.{text_mark(stage.plan.step(4))}"]


def test_a_card_that_asks_something_else_in_the_hand_is_not_approved_by_its_drop(
    stage: Stage, board: Page, sent: list[dict[str, list[str]]]
) -> None:
    lift(board)
    ask_another(stage, board)
    board.mouse.up()

    expect(board.locator("#announce")).to_have_text(CHANGED)
    assert sent == []


def test_a_menu_approves_what_its_card_asked_when_it_was_opened(
    stage: Stage, board: Page, sent: list[dict[str, list[str]]]
) -> None:
    open_menu(board)
    ask_another(stage, board)
    board.get_by_role("menuitem", name="Approve").click()

    expect(board.locator("#announce")).to_have_text(CHANGED)
    assert sent == []
    assert focused(board) == "step-4"


def test_the_palette_approves_what_the_step_asked_when_it_was_opened(
    stage: Stage, board: Page, sent: list[dict[str, list[str]]]
) -> None:
    card(board, 4).focus()
    board.keyboard.press("Control+k")
    expect(board.get_by_role("option", name="Approve")).to_be_visible()
    ask_another(stage, board)
    board.keyboard.type(">approve")
    board.keyboard.press("Enter")

    expect(board.locator("#announce")).to_have_text(CHANGED)
    assert sent == []


@pytest.mark.parametrize("chord", ["Control+a", "Meta+a", "Alt+a"])
def test_a_chord_of_the_browser_does_not_press_what_a_menu_has_for_its_letter(
    board: Page, sent: list[dict[str, list[str]]], chord: str
) -> None:
    open_menu(board)
    board.keyboard.press(chord)

    expect(board.get_by_role("menuitem", name="Approve")).to_be_visible()
    assert sent == []
