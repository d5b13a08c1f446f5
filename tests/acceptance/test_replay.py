"""Going through a plan's revisions: nothing is missed while one looks back, and any of them comes back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
BOARD, TIMELINE = f"/plans/{PLAN}/", f"/plans/{PLAN}/timeline/"
AGENT = "session-abc"
CLAIMED, NEWEST = 4, 6
UNTIL_DRAWN = 1500  # ms
PASSWORD = "correct horse staple"


def told(board: Board) -> None:
    """Six revisions: two steps are added, the first is claimed, worked on and done."""
    board.ask("plan", "create", PLAN, session=AGENT)
    board.ask("step", "add", PLAN, "--title", "Read the ledger", session=AGENT)
    board.ask("step", "add", PLAN, "--title", "Write the report", session=AGENT)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    board.ask("step", "heartbeat", PLAN, "1", "--active-form", "reading", session=AGENT)
    board.ask("step", "complete", PLAN, "1", session=AGENT)


def opened(board: Board, page: Page, path: str) -> Page:
    """Open a page once the worker has copied all six revisions."""
    until(lambda: (answer := page.goto(f"{board.url}{BOARD}?rev={NEWEST}")) and answer.ok)
    page.goto(board.url + path)
    return page


def bar(page: Page) -> Locator:
    return page.locator("#replay")


def looks_at(page: Page, revision: int) -> None:
    expect(bar(page)).to_contain_text(f"You are looking at rev {revision}")
    expect(page.locator(".plan-head .revision")).to_have_text(f"rev {revision}")


def went_back(page: Page) -> bool:
    """Press the key; a page that is just loaded may not hear it yet."""
    page.keyboard.press("[")
    return bar(page).count() > 0


def bar_of(page: Page, number: int) -> Locator:
    return page.locator(f'.timeline-bar[data-open*="/steps/{number}/"]')


def test_the_scrubber_goes_through_all_revisions_by_keys(board: Board, sign_in: SignIn) -> None:
    told(board)
    page = opened(board, sign_in("/plans/"), TIMELINE)
    seeing.live(page)
    expect(bar_of(page, 1)).to_have_class("timeline-bar look-done")

    page.keyboard.press("[")
    looks_at(page, NEWEST - 1)
    expect(bar_of(page, 1)).to_have_class("timeline-bar look-running")
    page.keyboard.press("Home")
    looks_at(page, 1)
    expect(bar_of(page, 1)).to_have_class("timeline-bar look-later")
    expect(page).to_have_url(re.compile("rev=1$"))
    page.keyboard.press("]")
    looks_at(page, 2)
    page.get_by_role("slider", name="Revision").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    looks_at(page, CLAIMED)
    page.keyboard.press("]")
    looks_at(page, CLAIMED + 1)
    page.keyboard.press("Escape")
    expect(bar(page)).to_have_count(0)
    expect(page).to_have_url(re.compile(f"{TIMELINE}$"))


def test_bars_are_walked_and_opened_by_keys(board: Board, sign_in: SignIn) -> None:
    told(board)
    board.ask("step", "claim", PLAN, "2", session="session-def")
    page = opened(board, sign_in("/plans/"), TIMELINE)
    seeing.live(page)
    expect(bar_of(page, 2)).to_be_visible()
    page.keyboard.press("j")
    expect(bar_of(page, 1)).to_be_focused()
    page.keyboard.press("j")
    expect(bar_of(page, 2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#drawer-title")).to_have_text("Write the report")
    page.keyboard.press("Escape")
    expect(bar_of(page, 2)).to_be_focused()
    page.keyboard.press("[")
    looks_at(page, NEWEST)
    expect(bar_of(page, 2)).to_be_focused()
    expect(bar_of(page, 2)).to_have_class("timeline-bar look-later")


def test_an_open_step_is_shown_as_of_the_revision_one_goes_to(board: Board, sign_in: SignIn) -> None:
    told(board)
    page = opened(board, sign_in("/plans/"), f"{TIMELINE}?step=2")
    seeing.live(page)
    expect(page.locator("#drawer-verbs")).to_be_visible()
    page.keyboard.press("[")
    looks_at(page, NEWEST - 1)
    expect(page.locator("#drawer-title")).to_have_text("Write the report")
    expect(page.locator("#drawer-verbs")).to_have_count(0)
    page.keyboard.press("]")
    expect(bar(page)).to_have_count(0)
    expect(page.locator("#drawer-verbs")).to_be_visible()


def test_a_timeline_that_was_opened_before_any_work_is_gone_through_after_the_first(
    board: Board, sign_in: SignIn
) -> None:
    board.ask("plan", "create", PLAN, session=AGENT)
    board.ask("step", "add", PLAN, "--title", "Read the ledger", session=AGENT)
    page = sign_in("/plans/")
    until(lambda: (answer := page.goto(board.url + TIMELINE)) and answer.ok)
    seeing.live(page)
    expect(page.get_by_role("slider", name="Revision")).to_have_count(0)

    board.ask("step", "claim", PLAN, "1", session=AGENT)
    expect(page.get_by_role("slider", name="Revision")).to_be_visible()

    until(lambda: went_back(page))
    expect(bar(page)).to_contain_text("You are looking at rev")


def test_it_plays_until_now(board: Board, sign_in: SignIn) -> None:
    told(board)
    page = opened(board, sign_in("/plans/"), f"{TIMELINE}?rev=1")
    page.get_by_role("button", name="Speed").click()
    page.get_by_role("button", name="Play").click()
    expect(bar(page)).to_have_count(0)
    seeing.live(page)
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_what_comes_in_while_one_looks_back_is_held_and_counted(board: Board, sign_in: SignIn) -> None:
    told(board)
    page = opened(board, sign_in("/plans/"), TIMELINE)
    seeing.live(page)
    page.keyboard.press("[")
    expect(bar(page)).to_contain_text("1 newer change is held")
    board.ask("step", "claim", PLAN, "2", session="session-def")
    expect(bar(page)).to_contain_text("2 newer changes are held")
    expect(bar_of(page, 2)).to_have_count(0)
    page.get_by_role("link", name="Show this as a board").click()
    looks_at(page, NEWEST - 1)
    seeing.stands_in(page, "todo", 2)
    board.ask("step", "heartbeat", PLAN, "2", "--active-form", "writing", session="session-def")
    expect(bar(page)).to_contain_text("3 newer changes are held")
    seeing.stands_in(page, "todo", 2)
    page.keyboard.press("Escape")
    seeing.live(page)
    seeing.stands_in(page, "run", 2)


@pytest.mark.own_board  # for a second person
def test_who_else_looks_is_said_there_too(board: Board, sign_in: SignIn) -> None:
    told(board)
    page = opened(board, sign_in("/plans/"), TIMELINE)
    assert board.run("user", "add", "ben", "--role", "operator", stdin=f"{PASSWORD}\n").returncode == 0
    other = sign_in("/plans/")
    other.context.clear_cookies()
    other.goto(f"{board.url}/login/?next={BOARD}")
    other.locator("#name").fill("ben")
    other.locator("#password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.locator(".viewers")).to_contain_text("You and ben are viewing")
    expect(other.locator(".viewers")).to_be_visible()
    other.close()
    expect(page.locator(".viewers")).to_have_count(0)


def test_a_revision_that_one_goes_to_while_the_newest_is_drawn_is_shown(
    board: Board, sign_in: SignIn
) -> None:
    told(board)
    page = opened(board, sign_in("/plans/"), TIMELINE)
    seeing.live(page)
    board.ask("step", "claim", PLAN, "2", session="session-def")
    expect(bar_of(page, 2)).to_be_visible()
    asked: list[Route] = []
    page.route("**/timeline/?*fragment=timeline*", lambda route: asked.append(route))  # noqa: PLW0108 - it takes no builtin
    board.ask("step", "heartbeat", PLAN, "2", "--active-form", "writing", session="session-def")
    expect(page.get_by_role("slider", name="Revision")).to_have_attribute("max", str(NEWEST + 2))
    page.keyboard.press("[")
    page.wait_for_timeout(UNTIL_DRAWN)  # what was told is to be drawn within this time
    for route in asked:
        route.continue_()
    page.unroute("**/timeline/?*fragment=timeline*")

    looks_at(page, NEWEST + 1)
    expect(page.locator("#view")).to_have_attribute("data-revision", str(NEWEST + 1))


def test_nothing_on_an_older_board_changes_anything(board: Board, sign_in: SignIn) -> None:
    told(board)
    page = opened(board, sign_in("/plans/"), f"{BOARD}?rev={CLAIMED}&step=1")
    looks_at(page, CLAIMED)
    seeing.card(page, 1).focus()
    for key in ("a", "x", "o", "m", "u", "i", "e", "c"):
        page.keyboard.press(key)
    expect(page.locator("#main form[method=post]:visible, #drawer form:visible")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert board.plan(PLAN)["revision"] == NEWEST


def test_an_older_revision_is_compared_and_restored(board: Board, sign_in: SignIn) -> None:
    told(board)
    page = opened(board, sign_in("/plans/"), f"{BOARD}?rev={CLAIMED}")
    page.get_by_text("Restore…").click()
    page.get_by_role("link", name="See what this changes").click()
    changes = page.get_by_role("region", name="Read the ledger")
    expect(changes.locator("del").first).to_have_text("Completed")
    expect(changes.locator("ins").first).to_have_text("In progress")
    page.go_back()
    board.ask("step", "claim", PLAN, "2", session="session-def")
    expect(bar(page)).to_contain_text("3 newer changes are held")
    page.get_by_text("Restore…").click()
    page.get_by_role("button", name=f"Restore rev {CLAIMED}").click()
    expect(page.locator("#toast")).to_contain_text(f"Rev {CLAIMED} restored as rev {NEWEST + 2}")
    seeing.stands_in(page, "run", 1)
    seeing.stands_in(page, "todo", 2)
    assert board.step(PLAN, 1)["status"] == "in_progress"


def test_without_scripts_links_lead_through_the_revisions(board: Board, sign_in: SignIn) -> None:
    told(board)
    page = opened(board, sign_in("/plans/", java_script_enabled=False), TIMELINE)
    page.get_by_role("link", name="One revision back").click()
    looks_at(page, NEWEST - 1)
    page.get_by_role("link", name="First revision").click()
    looks_at(page, 1)
    page.get_by_role("slider", name="Revision").fill(str(CLAIMED))
    page.get_by_role("button", name="Show this revision").click()
    looks_at(page, CLAIMED)
    page.get_by_role("link", name="Show this as a board").click()
    looks_at(page, CLAIMED)
    page.get_by_text("Restore…").click()
    page.get_by_role("button", name=f"Restore rev {CLAIMED}").click()
    expect(page.locator("#toast")).to_contain_text(f"Rev {CLAIMED} restored as rev {NEWEST + 1}")
    seeing.stands_in(page, "run", 1)
