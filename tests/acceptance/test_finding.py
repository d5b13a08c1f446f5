"""One box finds every plan, step and session and runs what keys run; keys are as the person wants them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN, OTHER = "payments.ledger", "search.index"
AGENT = "ledger-smith-7f3a"
BOARD = f"/plans/{PLAN}/"


@pytest.fixture
def plans(board: Board) -> None:
    """Make two plans; step 1 of the first one asks."""
    for title in ("Turn on dual-write", "Survey every writer", "Rehearse"):
        if title.startswith("Turn"):
            board.ask("plan", "create", PLAN, session=AGENT)
        board.ask("step", "add", PLAN, "--title", title, session=AGENT)
    board.ask("plan", "create", OTHER, session=AGENT)
    board.ask("step", "add", OTHER, "--title", "Prune the quokka synonyms", session=AGENT)
    board.ask("step", "claim", PLAN, "1", session=AGENT)
    board.ask("step", "block", PLAN, "1", "--approval", "Flag on?", session=AGENT)


@pytest.fixture
def page(plans: None, sign_in: SignIn) -> Page:  # noqa: ARG001 - there must be something to find
    page = sign_in(BOARD)
    page.mouse.move(0, 0)
    seeing.live(page)
    seeing.stands_in(page, "ask", 1)
    return page


def palette(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Find or run")


def chosen(page: Page) -> Locator:
    return palette(page).locator("[role=option][aria-selected=true]")


def find(page: Page, text: str) -> None:
    page.keyboard.press("Control+k")
    expect(palette(page).get_by_role("combobox")).to_be_focused()
    page.keyboard.type(text)


def test_a_step_is_found_by_its_words_and_opened(page: Page) -> None:
    find(page, "every wri")
    expect(chosen(page)).to_contain_text("2 Survey every writer")
    seeing.stay(page)
    page.keyboard.press("Enter")
    expect(page.locator("#drawer-title")).to_have_text("Survey every writer")
    expect(page).to_have_url(re.compile(r"\?step=2$"))
    assert seeing.stayed(page)


def test_a_step_of_another_plan_is_found_by_plan_and_number(page: Page, board: Board) -> None:
    find(page, "index 1")
    expect(chosen(page)).to_contain_text("Prune the quokka synonyms")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{board.url}/plans/{OTHER}/?step=1")
    expect(page.locator("#drawer-title")).to_have_text("Prune the quokka synonyms")
    find(page, "@smith")
    expect(chosen(page)).to_contain_text(AGENT)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/sessions/"))


def test_what_keys_do_is_done_to_the_step_that_has_the_focus(page: Page, board: Board) -> None:
    seeing.card(page, 1).focus()
    find(page, "> appr")
    expect(palette(page).get_by_text("Step 1 has focus")).to_be_visible()
    expect(palette(page).get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    until(lambda: board.step(PLAN, 1)["status"] != "blocked")
    expect(page.locator("#step-1")).to_be_focused()


def test_escape_leads_back_and_nothing_typed_acts_on_the_page(page: Page, board: Board) -> None:
    seeing.card(page, 1).focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("axaxa")  # before the palette is there, perhaps
    expect(palette(page).get_by_role("combobox")).to_have_value("axaxa")
    expect(palette(page).get_by_text("Nothing has all these words.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#step-1")).to_be_focused()
    assert board.step(PLAN, 1)["status"] == "blocked"


def test_g_and_a_letter_go_where_links_go(page: Page) -> None:
    seeing.card(page, 1).focus()
    page.evaluate(
        """() => {
            const later = setTimeout;
            window.setTimeout = (then, ms, ...given) => later(then, ms === 1500 ? 300000 : ms, ...given);
        }"""
    )  # on a slow machine the letter comes late
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url(re.compile("/activity/"))


def test_a_finger_finds_and_opens_a_step(sign_in: SignIn, board: Board, plans: None) -> None:  # noqa: ARG001
    page = sign_in(BOARD, viewport={"width": 390, "height": 844}, has_touch=True)
    seeing.live(page)
    page.locator(".mobile-top").get_by_role("link", name="Find or run").tap()
    palette(page).get_by_role("combobox").fill("quokka")
    palette(page).get_by_role("option", name="quokka").tap()
    page.wait_for_url(f"{board.url}/plans/{OTHER}/?step=1")


def test_a_changed_key_acts_and_the_old_one_does_not(page: Page, board: Board) -> None:
    page.goto(f"{board.url}/settings/")
    page.get_by_role("button", name="a, approve: change the key").click()
    page.keyboard.press("x")
    expect(page.get_by_text("x is “reject with a note” already")).to_be_visible()
    page.keyboard.press("w")
    expect(page.get_by_role("button", name="w, approve: change the key")).to_be_focused()
    page.goto(board.url + BOARD)
    seeing.live(page)
    seeing.card(page, 1).focus()
    page.keyboard.press("a")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys").get_by_text("w", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    assert board.step(PLAN, 1)["status"] == "blocked"
    seeing.card(page, 1).focus()
    page.keyboard.press("w")
    until(lambda: board.step(PLAN, 1)["status"] != "blocked")


def test_keys_are_changed_where_they_are_listed_too(page: Page, board: Board) -> None:
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    keys.get_by_role("button", name="Change keys").click()
    keys.get_by_role("button", name="j, next step: change the key").click()
    page.keyboard.press("Escape")
    expect(keys.get_by_text("Nothing was changed.")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    expect(keys.get_by_role("button", name="n, next step: change the key")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("article:focus")).to_have_count(1)
    page.goto(f"{board.url}/settings/")
    page.get_by_role("button", name="Back to the usual keys").click()
    expect(page.get_by_role("button", name="j, next step: change the key")).to_be_visible()


def test_looks_are_kept_and_there_before_the_first_paint(page: Page, board: Board) -> None:
    page.goto(f"{board.url}/settings/")
    page.get_by_label("Theme", exact=True).last.select_option("dark")
    page.get_by_label("Density", exact=True).select_option("compact")
    page.goto(board.url + BOARD, wait_until="commit")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
