"""A person sees who fell silent, hands over what it had, and reads what happened meanwhile."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import TimeoutError, expect  # noqa: A004 - Playwright's own

from plans.sessions.files import FOLDER, file_name
from tests.acceptance import seeing
from tests.waiting import SOON, until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn
    from tests.acceptance.person import Person

pytestmark = pytest.mark.own_board
PLAN = "payments.ledger"
DEAD, ALIVE = "session-abc", "session-def"
MINUTES = 26
SHOWN = {"table": "#row-1", "track": "#node-1:not(.is-dim)"}
"""Step 1 where it passes the filter, in each view."""


def two_steps_of_a_dead_agent(board: Board) -> None:
    """Let one agent claim two steps, another a third, and the first one's heartbeats stop."""
    board.ask("plan", "create", PLAN, session=DEAD)
    for title in ("Backfill", "Verify", "Report", "Read from events"):
        board.ask("step", "add", PLAN, "--title", title, session=DEAD)
    board.ask("step", "edit", PLAN, "4", "--needs", "1", "--revision", "5", session=DEAD)
    for number, session in ((1, DEAD), (2, DEAD), (3, ALIVE)):
        board.ask("step", "claim", PLAN, str(number), session=session)
    board.ask("step", "heartbeat", PLAN, "1", "--active-form", "slice 11 of 18", session=DEAD)
    fall_silent(board)


def fall_silent(board: Board) -> None:
    last = time.time() - MINUTES * 60
    os.utime(board.root / FOLDER / file_name(DEAD), (last, last))


def row(page: Page, session: str) -> Locator:
    return page.locator(".session-row").filter(
        has=page.locator(f'[data-session][href="/sessions/{session}/"]')
    )


def choose(form: Locator, session: str) -> None:
    form.locator("label", has_text=session).click()


def test_what_a_dead_agent_had_is_handed_over_by_keys_step_by_step(
    board: Board, person: Person, sign_in: SignIn
) -> None:
    two_steps_of_a_dead_agent(board)
    page = sign_in("/sessions/")
    expect(row(page, DEAD)).to_contain_text("No heartbeat")
    expect(page.locator(".session-row").first).to_contain_text(DEAD)
    note = page.locator(".rows-note")
    expect(note).to_contain_text(
        "holds 2 steps and 1 step waits behind it. Its last words: “slice 11 of 18”."
    )
    page.keyboard.press("j")
    expect(row(page, DEAD).locator("[data-session]")).to_be_focused()
    page.keyboard.press("o")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Hand over what session-abc has")
    revision = str(board.step(PLAN, 2)["revision"])
    person.post(f"/plans/{PLAN}/steps/2/edit/", title="Verify twice", revision=revision)
    choose(dialog, ALIVE)
    dialog.get_by_role("button", name="Hand over").click()
    expect(dialog).to_contain_text("1 of 2 steps handed over")
    expect(dialog.locator(".is-refused")).to_contain_text("It changed while you looked")
    choose(dialog, ALIVE)
    dialog.get_by_role("button", name="Hand over").click()
    expect(dialog).to_contain_text("1 of 1 step handed over")
    page.keyboard.press("Escape")
    expect(row(page, ALIVE)).to_contain_text("2 more steps")
    assert [board.step(PLAN, number)["owner"] for number in (1, 2)] == [ALIVE, ALIVE]
    assert board.run("step", "complete", PLAN, "1", session=DEAD).returncode == 4


def test_an_agent_that_came_back_has_to_be_taken_from_on_purpose(board: Board, sign_in: SignIn) -> None:
    two_steps_of_a_dead_agent(board)
    page = sign_in(f"/sessions/{DEAD}/")
    form = page.locator("form.hand-over")
    expect(form).to_be_visible()
    board.ask("step", "heartbeat", PLAN, "1", session=DEAD)
    form.locator("label", has_text="Unclaimed").click()
    form.get_by_role("button", name="Hand over").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("0 of 2 steps handed over")
    expect(dialog).to_contain_text("It will be told to stop at its next call")
    assert board.step(PLAN, 1)["owner"] == DEAD
    dialog.locator("label", has_text="Unclaimed").click()
    dialog.get_by_role("button", name="Hand over all the same").click()
    expect(dialog).to_contain_text("2 of 2 steps handed over")
    assert board.step(PLAN, 1)["owner"] is None


def test_a_filter_for_silent_owners_shows_who_falls_silent_while_it_is_read(
    board: Board, sign_in: SignIn
) -> None:
    two_steps_of_a_dead_agent(board)
    board.ask("step", "heartbeat", PLAN, "1", session=DEAD)
    pages = [(sign_in(f"/plans/{PLAN}/{view}/?q=is:stale"), view) for view in ("table", "track")]
    for page, view in pages:
        seeing.live(page)
        expect(page.locator(SHOWN[view])).to_have_count(0)
    fall_silent(board)
    for page, view in pages:
        expect(page.locator(SHOWN[view])).to_have_count(1)


def test_without_scripts_everything_goes_by_pages(board: Board, sign_in: SignIn) -> None:
    two_steps_of_a_dead_agent(board)
    page = sign_in("/sessions/", java_script_enabled=False)
    stale = row(page, DEAD).filter(has_text="No heartbeat")
    until(lambda: page.reload() and stale.count())
    row(page, DEAD).get_by_role("link", name="Reassign all").click()
    form = page.locator("form.hand-over")
    choose(form, ALIVE)
    form.get_by_role("button", name="Hand over").click()
    expect(page.locator(".handed")).to_contain_text("2 of 2 steps handed over")
    assert board.step(PLAN, 1)["owner"] == ALIVE
    page.get_by_role("link", name="All of its activity").click()
    expect(page.locator(".activity-item").first).to_contain_text("reported on 1 Backfill")


def test_what_happens_shows_on_top_but_never_moves_what_is_read(board: Board, sign_in: SignIn) -> None:
    two_steps_of_a_dead_agent(board)
    page = sign_in("/activity/", viewport={"width": 1000, "height": 420})
    first = page.locator(".activity-item").first
    expect(first).to_contain_text("reported on 1 Backfill")
    seeing.stay(page)
    board.ask("step", "complete", PLAN, "3", session=ALIVE)
    expect(first).to_contain_text("session-def completed 3 Report")
    page.locator("#activity-scroll").evaluate("box => box.scrollTo(0, 150)")
    read = page.locator(".activity-item").filter(has_text="claimed 1 Backfill")
    before = read.bounding_box()
    board.ask("step", "add", PLAN, "--title", "Tell support", session=ALIVE)
    pill = page.get_by_role("button", name="1 new")
    expect(pill).to_be_visible()
    assert read.bounding_box() == before
    pill.click()
    expect(first).to_contain_text("session-def added 5 Tell support")
    expect(first).to_be_in_viewport()
    assert seeing.stayed(page)


def lead(page: Page, keys: str, heading: str) -> bool:
    """Press two keys, which have to follow each other within 1.5 s, and tell whether they led there."""
    for key in keys:
        page.keyboard.press(key)
    with suppress(TimeoutError):
        page.get_by_role("heading", name=heading, exact=True).wait_for(timeout=SOON * 1000)
        return True
    return False


def test_keys_lead_from_screen_to_screen(board: Board, sign_in: SignIn) -> None:
    two_steps_of_a_dead_agent(board)
    page = sign_in("/plans/")
    for keys, heading in (("gs", "Sessions"), ("ga", "Activity")):
        seeing.live(page)  # the keys are there
        until(lambda keys=keys, heading=heading: lead(page, keys, heading))  # type: ignore[misc]
    seeing.live(page)
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
