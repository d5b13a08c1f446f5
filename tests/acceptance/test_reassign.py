"""A person gives a step to another session: everyone is told the same name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.acceptance import seeing

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
FIRST, SECOND = "session-abc", "session-def"


def third_step_is_claimed(board: Board) -> None:
    board.ask("plan", "create", PLAN, session=FIRST)
    for title in ("Survey", "Build", "Turn on dual-write"):
        board.ask("step", "add", PLAN, "--title", title, session=FIRST)
    board.ask("step", "claim", PLAN, "3", session=FIRST)


def give_to(board: Board, page: Page, session: str) -> None:
    """Open the step of a session that is alive from its card, and hand it over."""
    board.ask("step", "heartbeat", PLAN, "3", session=FIRST)  # the last one may be long ago on a slow machine
    seeing.card(page, 3).get_by_role("link", name="Turn on dual-write").click()
    form = seeing.open_form(page, "owner")
    form.get_by_label("Another session").fill(session)
    form.get_by_role("button", name="Reassign").click()


def test_the_new_owner_stands_on_every_page_in_the_journal_and_in_what_agents_read(
    board: Board, sign_in: SignIn
) -> None:
    third_step_is_claimed(board)
    here, there = sign_in(f"/plans/{PLAN}/"), sign_in(f"/plans/{PLAN}/")
    seeing.live(there)
    seeing.stay(there)
    expect(there.locator("#step-3 .card-owner")).to_contain_text(FIRST)
    give_to(board, here, SECOND)
    seeing.drawer(here).get_by_role("button", name="Reassign all the same").click()
    for page in (here, there):
        expect(page.locator("#step-3 .card-owner")).to_contain_text(SECOND)
        expect(page.locator("#step-3")).to_have_attribute("data-owner", SECOND)
        expect(page.locator("#step-3")).to_contain_text(f"step 3: assigned to {SECOND}")
        seeing.stands_in(page, "todo", 3)
    assert seeing.stayed(there)
    journal = (board.root / PLAN / "journal.jsonl").read_text(encoding="utf-8")
    line = json.loads(journal.splitlines()[-1])
    assert (line["verb"], line["step"], line["by"]) == ("reassign", 3, "person:local")
    assert line["set"]["3"]["owner"] == SECOND
    assert board.step(PLAN, 3)["owner"] == SECOND


def test_the_old_owner_is_refused_and_the_new_one_takes_it(board: Board, sign_in: SignIn) -> None:
    third_step_is_claimed(board)
    page = sign_in(f"/plans/{PLAN}/")
    give_to(board, page, SECOND)
    seeing.drawer(page).get_by_role("button", name="Reassign all the same").click()
    expect(page.locator("#step-3")).to_have_attribute("data-owner", SECOND)
    assert board.run("step", "complete", PLAN, "3", session=FIRST).returncode == 4
    assert board.run("step", "claim", PLAN, "3", session=FIRST).returncode == 4
    taken = board.ask("step", "next", PLAN, session=SECOND)["step"]
    assert isinstance(taken, dict)
    assert board.ask("step", "claim", PLAN, "3", session=SECOND)
    seeing.stands_in(page, "run", 3)


def test_taking_a_step_from_a_live_session_asks_first_and_changes_nothing(
    board: Board, sign_in: SignIn
) -> None:
    third_step_is_claimed(board)
    before = board.step(PLAN, 3)
    page = sign_in(f"/plans/{PLAN}/")
    give_to(board, page, SECOND)
    warning = seeing.drawer(page).get_by_role("alert")
    expect(warning).to_contain_text("will be told to stop at its next call")
    assert board.step(PLAN, 3) == before


def test_sessions_that_are_there_are_offered_idle_ones_first(board: Board, sign_in: SignIn) -> None:
    third_step_is_claimed(board)
    board.ask("plan", "create", "other.plan", session="session-idle")
    board.ask("step", "claim", PLAN, "1", session="session-busy")
    page = sign_in(f"/plans/{PLAN}/?step=3")
    offers = seeing.open_form(page, "owner").locator(".option-text")
    expect(offers.filter(has_text="session-idle")).to_contain_text("idle")
    said = offers.all_inner_texts()
    order = [
        next(i for i, text in enumerate(said) if name in text) for name in ("session-idle", "session-busy")
    ]
    assert order == sorted(order), said
