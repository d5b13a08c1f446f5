"""With scripts turned off everything can still be done; only nothing moves by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
AGENT = "session-abc"
BOARD = f"/plans/{PLAN}/"

type Plain = Callable[[str], Page]


@pytest.fixture
def plain(board: Board, sign_in: SignIn) -> Plain:
    """Open a page without scripts, signed in by typing the code."""

    def opened(path: str) -> Page:
        page = sign_in("/plans/", java_script_enabled=False)
        until(lambda: (answer := page.goto(board.url + path)) and answer.ok)
        return page

    return opened


def asking(board: Board) -> None:
    board.ask("plan", "create", PLAN, session=AGENT)
    board.ask("step", "add", PLAN, "--title", "Turn on dual-write", session=AGENT)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    board.ask("step", "block", PLAN, "1", "--approval", "Flag on?", session=AGENT)


def saw(page: Page, status: str) -> None:
    """Look at the board until it has the step's status."""
    card = page.locator(f'#step-1[data-status="{status}"]')
    until(lambda: page.reload() and card.count())


def test_a_wrong_code_is_refused_beside_its_field(board: Board, browser: Browser) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{board.url}/login/")
    page.locator("#code").fill("0000-0000")
    page.get_by_role("button", name="Sign in").click()
    field = page.locator("#code")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#code-error")).to_be_visible()
    page.context.close()


def test_approve_from_the_card(board: Board, plain: Plain) -> None:
    asking(board)
    page = plain(BOARD)
    saw(page, "blocked")
    page.locator("#step-1").get_by_role("button", name="Approve").click()
    expect(page.locator("#toast")).to_contain_text("Step 1 approved")
    seeing.stands_in(page, "run", 1)
    assert board.step(PLAN, 1)["status"] == "in_progress"


def test_reject_asks_for_its_note_and_keeps_it(board: Board, plain: Plain) -> None:
    asking(board)
    page = plain(BOARD)
    saw(page, "blocked")
    page.locator("#step-1").get_by_role("button", name="Reject").click()
    decide = page.locator("#decide")
    expect(page.get_by_role("alert").first).to_contain_text("Write what should change")
    decide.get_by_label("Note to the session").fill("Rehearse first")
    decide.get_by_role("button", name="Reject").click()
    seeing.stands_in(page, "run", 1)
    decision = board.step(PLAN, 1)["decision"]
    assert isinstance(decision, dict)
    assert (decision["verdict"], decision["note"]) == ("rejected", "Rehearse first")


def test_edit_and_a_conflict_that_is_saved_on_top(board: Board, plain: Plain) -> None:
    asking(board)
    page = plain(f"{BOARD}steps/1/edit/")
    page.get_by_label("Title").fill("Turn on at noon")
    board.ask("step", "edit", PLAN, "1", "--title", "Turn on in staging", "--revision", "4", session=AGENT)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Step 1 changed while you were editing")).to_be_visible()
    expect(page.locator(".version").first).to_contain_text("in staging")
    expect(page.locator(".version-yours")).to_contain_text("at noon")
    page.get_by_role("button", name="Save as rev 6").click()
    expect(page.locator("#toast")).to_contain_text("Step 1 saved")
    assert board.step(PLAN, 1)["title"] == "Turn on at noon"


def test_add_a_step_and_reassign_it(board: Board, plain: Plain) -> None:
    asking(board)
    page = plain(BOARD)
    page.locator("#add > summary").click()
    page.locator("#add-title").fill("Tell support")
    page.locator("#add-needs").fill("1")
    page.locator("#add").get_by_role("button", name="Add step").click()
    expect(page.locator("#toast")).to_contain_text("Step 2 added")
    page.locator("#step-2").get_by_role("link", name="Tell support").click()
    form = seeing.open_form(page, "owner")
    form.get_by_label("Another session").fill("session-def")
    form.get_by_role("button", name="Reassign").click()
    expect(page.locator("#step-2")).to_have_attribute("data-owner", "session-def")
    step = board.step(PLAN, 2)
    assert (step["owner"], step["needs"]) == ("session-def", [1])


def test_a_broken_rule_is_said_and_the_form_keeps_what_was_typed(board: Board, plain: Plain) -> None:
    asking(board)
    page = plain(BOARD)
    page.locator("#add > summary").click()
    page.locator("#add-title").fill("Tell support")
    page.locator("#add-needs").fill("99")
    page.locator("#add").get_by_role("button", name="Add step").click()
    expect(page.locator("#add-errors")).to_contain_text("99")
    expect(page.locator("#add-title")).to_have_value("Tell support")
    assert board.plan(PLAN)["revision"] == 4


def test_sign_out_ends_the_session(board: Board, plain: Plain) -> None:
    asking(board)
    page = plain(BOARD)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(board.url + BOARD)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
