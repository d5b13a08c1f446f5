"""The same in lists: what is asked for there, and what happens meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.acceptance.overtaking import AGENT, PLAN, STEPS, came, held_back, prepared, retitle

if TYPE_CHECKING:
    from playwright.sync_api import Route

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn


def test_what_is_on_its_way_when_the_queue_is_empty_is_not_put_beside_it(
    board: Board, sign_in: SignIn
) -> None:
    prepared(board)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    board.ask("step", "block", PLAN, "1", "--approval", "May I?", session=AGENT)
    page = sign_in("/needs/")
    seeing.live(page)
    expect(page.locator("#drawer-title")).to_have_text(STEPS[0])
    late = held_back(page, "**/*fragment=pane*")
    retitle(board, 1, "Survey all")
    came(page, late)
    expect(page.locator("#queue-rows article[data-own-fresh]")).to_have_count(0)
    old = late[0].fetch()
    page.keyboard.press("h")
    expect(page.locator("#queue-rows > li:not(:has(.queue-gone))")).to_have_count(0)  # or gone by now
    expect(page.locator("#drawer")).to_be_empty()

    late[0].fulfill(response=old)
    page.unroute("**/*fragment=pane*")
    page.evaluate("fetch('/needs/?fragment=queue')")

    expect(page.locator("#drawer")).to_be_empty()


def test_what_was_done_with_many_is_not_covered_by_a_step_that_was_on_its_way(
    board: Board, sign_in: SignIn
) -> None:
    prepared(board)
    for number in ("1", "2"):
        board.ask("step", "claim", PLAN, number, session=AGENT)
        board.ask("step", "block", PLAN, number, "--approval", "Keep it?", session=AGENT)
    page = sign_in("/needs/")
    seeing.live(page)
    done, late = held_back(page, "**/needs/decide/"), held_back(page, "**/*fragment=pane*")
    page.get_by_role("button", name="Approve all 2").click()
    came(page, done)
    answer = done[0].fetch()
    came(page, late)
    step = late[0].fetch()

    done[0].fulfill(response=answer)
    expect(page.locator("#drawer-title")).to_have_text("2 approved")
    late[0].fulfill(response=step)
    page.unroute("**/*fragment=pane*")
    page.evaluate("fetch('/needs/?fragment=queue')")

    expect(page.locator("#drawer-title")).to_have_text("2 approved")


def test_what_happened_is_narrowed_to_words_that_nobody_answered_at_first(
    board: Board, sign_in: SignIn
) -> None:
    prepared(board)
    page = sign_in("/activity/")
    seeing.live(page)
    expect(page.locator("#activity-lines li").first).to_be_visible()
    refused: list[Route] = []

    def refuse(route: Route) -> None:
        route.abort()
        refused.append(route)

    page.route("**/activity/*fragment=*", refuse)
    page.locator("[data-filter]").fill("no such words")
    came(page, refused)
    page.unroute("**/activity/*fragment=*")

    expect(page.locator("#activity-lines")).to_contain_text("Nothing that happened matches.")
    expect(page.locator("#activity-lines li")).to_have_count(0)
