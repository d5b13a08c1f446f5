"""What is done to a plan as a whole, and the first minute, with a real board and a real browser."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.acceptance.examined import Examined
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
AGENT = "session-6"
BOARD = f"/plans/{PLAN}/"
BROKEN = '{"title": "Brought", "steps": [\n  {"title": "Survey"},\n  {"title": 7}\n]}'


def ledger(board: Board) -> None:
    """A plan whose step 6 an agent works on."""
    board.ask("plan", "create", PLAN, "--title", "Ledger", session=AGENT)
    for number in range(1, 7):
        board.ask("step", "add", PLAN, "--title", f"Step {number}", session=AGENT)
    board.ask("step", "claim", PLAN, "6", session=AGENT)


def opened(board: Board, page: Page, path: str = BOARD) -> None:
    until(lambda: (answer := page.goto(board.url + path)) and answer.ok)


def test_a_plan_is_deleted_by_its_name_while_an_agent_works_on_it(board: Board, sign_in: SignIn) -> None:
    ledger(board)
    page = sign_in("/plans/")
    opened(board, page)
    seeing.live(page)
    page.get_by_role("link", name="Plan actions").click()
    page.get_by_role("dialog", name="Plan actions").get_by_role("link", name="Delete…").click()
    expect(page.get_by_text("1 session is at work on it")).to_be_visible()
    board.ask("step", "heartbeat", PLAN, "6", "--active-form", "still at work", session=AGENT)
    page.get_by_label("Type payments.ledger to delete it").fill("payments")
    page.get_by_role("button", name="Delete plan").click()
    expect(page.get_by_role("alert").filter(has_text="not deleted")).to_be_visible()
    board.ask("step", "heartbeat", PLAN, "6", "--active-form", "and going on", session=AGENT)
    page.get_by_label("Type payments.ledger to delete it").fill(PLAN)
    page.get_by_role("button", name="Delete plan").click()
    page.wait_for_url("**/plans/")
    expect(page.locator(f'[data-key="{PLAN}"]')).to_have_count(0)
    assert not (board.root / PLAN).exists()
    assert list((board.root / ".trash").iterdir())


def test_an_import_shows_its_fault_and_then_becomes_a_plan(
    board: Board, sign_in: SignIn, tmp_path: Path
) -> None:
    file = tmp_path / "brought.json"
    file.write_text(BROKEN)
    page = sign_in("/import/")
    page.get_by_label("Or a file").set_input_files(file)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("alert").filter(has_text="Line 3, column 13")).to_be_visible()
    expect(page.locator(".file-lines mark")).to_have_text("7}")

    text = page.get_by_role("textbox", name="Text", exact=True)
    text.fill(text.input_value().replace("7", '"Measure"'))
    page.get_by_role("button", name="Check again").click()
    expect(page.get_by_role("heading", name="This becomes 2 steps")).to_be_visible()
    page.locator("#import-name").fill("brought.plan")
    page.get_by_role("button", name="Create plan").click()
    page.wait_for_url("**/plans/brought.plan/")
    expect(page.get_by_role("heading", name="Brought", exact=True)).to_be_visible()
    steps = board.ask("step", "list", "brought.plan")["steps"]
    assert isinstance(steps, list)
    assert [step["title"] for step in steps] == ["Survey", "Measure"]


def test_a_link_opens_the_board_for_a_stranger_until_it_is_taken_back(
    board: Board, sign_in: SignIn, browser: Browser
) -> None:
    ledger(board)
    page = sign_in("/plans/")
    opened(board, page, f"{BOARD}share/")
    page.get_by_role("button", name="Make a link").click()
    address = page.locator(".new-link code").inner_text()

    stranger = browser.new_context().new_page()
    stranger.set_default_timeout(PATIENCE * 1000)
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 200
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["cache-control"] == "private, no-store"
    expect(stranger.get_by_role("heading", name="Ledger")).to_be_visible()
    expect(stranger.get_by_text("Read only, as of rev")).to_be_visible()
    expect(stranger.get_by_role("article", name="Step 6")).to_be_visible()
    assert stranger.locator("form, button, input, a[href*='/plans/']").count() == 0
    stranger.goto(board.url + BOARD)
    expect(stranger).to_have_url(re.compile("/login/"))

    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("None. Nobody sees this plan")).to_be_visible()
    gone = stranger.goto(address)
    assert gone is not None
    assert gone.status == 404
    stranger.context.close()


@pytest.mark.own_board
def test_the_board_opens_by_itself_when_the_first_plan_appears(board: Board, sign_in: SignIn) -> None:
    page = sign_in("/plans/")
    expect(page.get_by_text("Listening.")).to_be_visible()
    examined = Examined()
    examined.look(page, "first run")
    assert examined.found == {}
    lines = page.locator(".steps-list code").all_inner_texts()
    assert len(lines) == 3
    exported = dict(word.split("=", 1) for word in shlex.split(lines[0])[1:])
    assert exported.pop("PLANBOARD_ROOT") == str(board.root)
    for line in lines[1:]:
        assert board.run(*shlex.split(line)[1:], session=exported["PLANBOARD_SESSION"]).returncode == 0
    page.wait_for_url("**/plans/team.first/")
    expect(page.get_by_role("article", name="First step")).to_be_visible()


@pytest.mark.own_board
def test_the_sample_asks_by_itself_and_an_approval_starts_the_next_step(sign_in: SignIn) -> None:
    page = sign_in("/plans/")
    page.get_by_role("button", name="Open the live sample").click()
    page.wait_for_url("**/plans/sample.photos/")
    seeing.stands_in(page, "ask", 3)
    seeing.press(seeing.card(page, 3).get_by_role("button", name="Approve"))
    seeing.stands_in(page, "done", 3)
    expect(page.locator("#col-run #step-6, #col-done #step-6")).to_be_attached()


def test_without_scripts_a_list_is_added_and_the_plan_is_deleted(board: Board, sign_in: SignIn) -> None:
    board.ask("plan", "create", PLAN, session=AGENT)
    page = sign_in("/plans/", java_script_enabled=False)
    opened(board, page)
    page.get_by_role("link", name="Paste…").click()
    page.get_by_label("Steps").fill("Survey\n\nBuild")
    page.get_by_role("button", name="Add steps").click()
    expect(page.locator("#step-2")).to_be_visible()
    page.get_by_role("link", name="Plan actions").click()
    page.get_by_label("Status").fill("nearly gone")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("nearly gone")).to_be_visible()
    page.get_by_role("link", name="Plan actions").click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_label("Type payments.ledger to delete it").fill(PLAN)
    page.get_by_role("button", name="Delete plan").click()
    expect(page.get_by_text("kept in the trash")).to_be_visible()
