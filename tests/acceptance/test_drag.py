"""Cards are dragged: each drop is a verb with the revision that was seen, and a menu does the same."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
PULLS = 200
AGENT, OTHER = "session-abc", "session-def"


@pytest.fixture
def planned(board: Board) -> str:
    """Plan six steps: 1 is at work, 2 to 4 are ready, 5 waits, 6 is done; give where they are seen."""
    board.ask("plan", "create", PLAN, session=AGENT)
    for number in range(1, 7):
        needs = ["--needs", "2"] if number == 5 else []
        board.ask("step", "add", PLAN, "--title", f"Work {number}", *needs, session=AGENT)
    board.ask("step", "claim", PLAN, "6", session=AGENT)
    board.ask("step", "complete", PLAN, "6", session=AGENT)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    return f"/plans/{PLAN}/"


@pytest.fixture
def page(planned: str, sign_in: SignIn) -> Page:
    """Open its board."""
    page = sign_in(planned, viewport={"width": 1440, "height": 900})
    seeing.live(page)
    seeing.stands_in(page, "run", 1)
    return page


@pytest.fixture
def touched(planned: str, sign_in: SignIn) -> Page:
    """Open its board on a phone, at the column To do."""
    view = {"width": 390, "height": 844}
    page = sign_in(planned, viewport=view, has_touch=True, is_mobile=True)
    seeing.live(page)
    page.locator('.mobile-columns a[href="#col-todo"]').tap()
    return page


def lift(page: Page, number: int) -> None:
    """Take a card by its mark; one that changed or moved a moment ago is not taken, as for any other hand."""
    until(lambda: lifted(page, number))


def lifted(page: Page, number: int) -> bool:
    """Press and pull for a while: the script for it is fetched at the first press."""
    seeing.card(page, number).hover(position={"x": 14, "y": 14})  # waits until it does not glide any more
    box = seeing.card(page, number).bounding_box()
    assert box
    page.mouse.down()
    for shift in itertools.islice(itertools.cycle((20, 24)), PULLS):
        page.mouse.move(box["x"] + shift, box["y"] + 24)
        if page.locator(".drag-ghost").count():
            return True
    page.mouse.move(0, 0)
    page.mouse.up()
    return False


def over(page: Page, place: Locator, *, below: float = 120) -> None:
    """Carry it above a place."""
    box = place.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + below, steps=4)


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, number: int, column: str) -> None:
    lift(page, number)
    over(page, page.locator(f"#col-{column}"))
    expect(page.locator(f"#col-{column}")).to_have_attribute("data-own-target", "")
    page.mouse.up()
    page.mouse.move(0, 0)


def status(board: Board, number: int) -> object:
    return board.step(PLAN, number)["status"]


def test_a_drop_is_the_verb_of_its_column(board: Board, page: Page) -> None:
    drag(page, 2, "done")
    seeing.stands_in(page, "done", 2)
    expect(page.locator("#toast")).to_contain_text("Step 2 completed")
    assert status(board, 2) == "completed"
    drag(page, 1, "todo")
    page.locator("#toast").get_by_role("button", name="Reassign all the same").click()
    seeing.stands_in(page, "todo", 1)
    assert (status(board, 1), board.step(PLAN, 1)["owner"]) == ("pending", None)
    drag(page, 3, "run")
    expect(page.locator("#picker")).to_be_visible()
    page.keyboard.press("Escape")
    drag(page, 4, "ask")
    expect(page.locator("#verb-note")).to_be_focused()
    assert status(board, 4) == "pending"


def test_where_a_card_cannot_go_is_marked_and_told_and_escape_lets_go(board: Board, page: Page) -> None:
    lift(page, 6)
    expect(page.locator("#col-run")).to_have_attribute("data-own-impossible", "")
    over(page, page.locator("#col-todo"))
    expect(page.locator(".drag-told")).to_contain_text("A finished step stays finished")
    page.mouse.up()
    expect(page.locator(".drag-ghost")).to_have_count(0)
    lift(page, 5)
    over(page, page.locator("#col-run"))
    expect(page.locator(".drag-told")).to_contain_text("It waits on other steps")
    over(page, page.locator("#col-done"))
    expect(page.locator(".drag-told")).to_have_text("Complete")
    page.keyboard.press("Escape")
    expect(page.locator(".drag-ghost")).to_have_count(0)
    page.mouse.up()
    seeing.stands_in(page, "todo", 5)
    assert status(board, 5) == "pending"


def test_a_card_is_put_below_another_of_its_column(board: Board, page: Page) -> None:
    lift(page, 2)
    over(page, page.locator("#step-4"), below=70)
    expect(page.locator(".drag-told")).to_have_text("Behind step 4")
    page.mouse.up()
    cards = page.locator("#col-todo [data-group=ready] article")
    expect(cards.last).to_have_id("step-2")
    page.reload()
    expect(cards.last).to_have_id("step-2")
    assert status(board, 2) == "pending"


def test_a_card_that_changed_under_the_drag_is_not_overwritten(board: Board, page: Page) -> None:
    lift(page, 3)
    over(page, page.locator("#col-done"))
    board.ask("step", "claim", PLAN, "3", session=OTHER)
    expect(page.locator("#step-3")).to_have_attribute("data-status", "in_progress")
    expect(page.locator("#step-3:not([data-own-fresh])")).to_have_count(1)
    page.mouse.up()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert status(board, 3) == "in_progress"


def test_the_menu_does_the_same_by_single_presses(board: Board, page: Page) -> None:
    page.get_by_role("button", name="Actions for step 2").or_(
        page.get_by_role("link", name="Actions for step 2")
    ).click()
    page.get_by_role("menuitem", name="Complete").click()
    seeing.stands_in(page, "done", 2)
    assert status(board, 2) == "completed"


def test_a_finger_that_stays_on_a_card_takes_it(board: Board, touched: Page) -> None:
    seeing.card(touched, 4).locator(".mark").tap(trial=True)  # waits until nothing moves any more
    finger = touched.context.new_cdp_session(touched)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    x, y = middle(touched.locator("#step-4 .mark"))
    touch("touchStart", (x, y))
    expect(touched.locator(".drag-ghost")).to_have_count(1)
    touch("touchMove", (x, y + 30))
    touch("touchMove", middle(touched.locator(".mobile-columns a").nth(3)))
    expect(touched.locator(".drag-told")).to_have_text("Complete")
    touch("touchEnd")
    until(lambda: status(board, 4) == "completed")
    assert touched.evaluate("() => scrollY") == 0
