"""The board by owner and by phase in a browser: cards change lanes, lanes come and go, all of it live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
ABC, DEF, NEW = "session-abc", "session-def", "session-new"
LAYOUT = """() => [...document.querySelectorAll('.lane-cell')].map((cell) => [
  cell.dataset.lane, cell.closest('.column').id, [...cell.querySelectorAll('article')].map((card) => card.id),
].join()).filter((line) => line.includes('step-'))"""


@pytest.fixture
def ledger(board: Board) -> Board:
    board.ask("plan", "create", PLAN, session=ABC)
    for number in range(1, 8):
        phase = "Survey" if number < 4 else "Build"
        board.ask("step", "add", PLAN, "--title", f"Work {number}", "--phase", phase, session=ABC)
    board.ask("step", "claim", PLAN, "2", session=ABC)
    board.ask("step", "claim", PLAN, "5", session=DEF)
    board.ask("step", "claim", PLAN, "6", session=ABC)
    return board


def lane(page: Page, key: str, column: str, number: int) -> None:
    """Wait until a card is seen in a lane of a column."""
    expect(page.locator(f'#col-{column} [data-lane="{key}"] #step-{number}')).to_be_visible()


def same_as_drawn(page: Page, fresh: Page) -> None:
    """Compare with a page that the server draws now."""
    fresh.goto(page.url)
    until(lambda: page.evaluate(LAYOUT) == (fresh.reload() and fresh.evaluate(LAYOUT)))


def test_cards_change_lanes_and_columns_live_and_new_lanes_appear(ledger: Board, sign_in: SignIn) -> None:
    page = sign_in(f"/plans/{PLAN}/")
    page.get_by_label("Group").select_option("Group: owner")
    page.wait_for_url("**/?group=owner")
    seeing.live(page)
    page.mouse.move(0, 0)
    lane(page, f"o:{ABC}", "run", 2)
    seeing.stay(page)
    ledger.ask("step", "claim", PLAN, "1", session=DEF)
    lane(page, f"o:{DEF}", "run", 1)
    ledger.ask("step", "complete", PLAN, "6", session=ABC)
    lane(page, f"o:{ABC}", "done", 6)
    ledger.ask("step", "claim", PLAN, "7", session=NEW)
    lane(page, f"o:{NEW}", "run", 7)
    ledger.ask("step", "release", PLAN, "5", session=DEF)
    lane(page, "none", "todo", 5)
    ledger.ask("step", "complete", PLAN, "2", session=ABC)
    lane(page, "rest", "done", 6)
    page.locator("#col-done").get_by_role("button", name="1 more done").click()
    lane(page, "rest", "done", 2)
    expect(page.locator(f'[data-lane="o:{ABC}"]')).to_have_count(0)
    assert seeing.stayed(page)
    same_as_drawn(page, page.context.new_page())


def test_the_filter_hides_lanes_and_keys_walk_along_a_lane(ledger: Board, sign_in: SignIn) -> None:
    page = sign_in(f"/plans/{PLAN}/?group=phase")
    seeing.live(page)
    page.mouse.move(0, 0)
    lane(page, "p:Build", "run", 5)
    page.locator("#step-5").focus()
    page.keyboard.press("h")
    expect(page.locator("#step-4")).to_be_focused()
    page.get_by_role("searchbox", name="Filter steps").fill("owner:def")
    expect(page.locator('.lane-head[data-lane="p:Survey"]')).to_be_hidden()
    expect(page.locator('.lane-head[data-lane="p:Build"]')).to_be_visible()
    page.get_by_role("link", name="Clear the filter").first.click()
    expect(page.locator('.lane-head[data-lane="p:Survey"]')).to_be_visible()
    seeing.card(page, 4).focus()
    page.keyboard.press("i")
    expect(page.locator("#toast")).to_contain_text("Step 4 moved")
    ledger.ask("step", "claim", PLAN, "3", session=DEF)
    lane(page, "p:Survey", "run", 3)
    same_as_drawn(page, page.context.new_page())


def test_on_a_phone_a_lane_says_above_its_cards_whose_it_is(ledger: Board, sign_in: SignIn) -> None:
    ledger.ask("step", "heartbeat", PLAN, "5", session=DEF)
    page = sign_in(f"/plans/{PLAN}/?group=owner", viewport={"width": 390, "height": 844})
    seeing.live(page)
    page.get_by_role("navigation", name="Columns").get_by_role("link", name="Moving").click()
    cell = page.locator(f'#col-run [data-lane="o:{DEF}"]')
    expect(cell.get_by_role("heading", name=DEF)).to_be_visible()
    expect(cell.locator(".lane-name .plate")).to_be_visible()
    expect(cell).to_contain_text("heartbeat")
    ledger.ask("step", "block", PLAN, "5", "--approval", "Go?", session=DEF)
    cell = page.locator(f'#col-ask [data-lane="o:{DEF}"]')
    expect(cell).to_contain_text("Waits for you")
    page.get_by_role("navigation", name="Columns").get_by_role("link", name="Needs you").click()
    cell.get_by_role("link", name="Hand over…").click()
    page.wait_for_url(f"**/sessions/{DEF}/")
