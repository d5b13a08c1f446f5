"""A person decides what an agent waits for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from plans.domain.revision import Line
from plans.store.journal import encode_line
from tests.acceptance import seeing
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "payments.ledger"
AGENT = "session-abc"


def asking(board: Board) -> None:
    """Make a plan whose first step the agent works on."""
    board.ask("plan", "create", PLAN, session=AGENT)
    board.ask("step", "add", PLAN, "--title", "Turn on dual-write", session=AGENT)
    board.ask("step", "claim", PLAN, "1", session=AGENT)


def test_an_approval_in_the_browser_ends_the_agents_wait_and_moves_the_card_everywhere(
    board: Board, sign_in: SignIn
) -> None:
    asking(board)
    here, there = sign_in(f"/plans/{PLAN}/"), sign_in(f"/plans/{PLAN}/")
    there.evaluate("window.sameDocument = true")
    waiting = board.begin(
        "step", "block", PLAN, "1", "--approval", "Flag on?", "--wait", "300", session=AGENT
    )
    expect(there.locator("#col-ask #step-1")).to_be_visible()
    seeing.press(seeing.card(here, 1).get_by_role("button", name="Approve"))
    output, errors = waiting.communicate(timeout=PATIENCE)
    assert waiting.returncode == 0, errors
    assert json.loads(output)["decision"]["verdict"] == "approved"
    expect(there.locator("#col-run #step-1")).to_be_visible()
    assert there.evaluate("window.sameDocument")


def test_an_approval_that_nobody_signed_shows_as_forged_and_opens_nothing(
    board: Board, sign_in: SignIn
) -> None:
    asking(board)
    page = sign_in(f"/plans/{PLAN}/")
    waiting = board.begin(
        "step", "block", PLAN, "1", "--approval", "Flag on?", "--wait", "300", session=AGENT
    )
    expect(page.locator("#col-ask #step-1")).to_be_visible()
    forge(board)
    card = page.locator("#col-ask #step-1")
    expect(card).to_contain_text("Forged approval: nobody signed it")
    card.get_by_role("link", name="Turn on dual-write").click()
    drawer = page.locator(".drawer")
    expect(drawer.locator(".history")).to_contain_text("allegedly (nobody signed it) approved")
    assert waiting.poll() is None
    assert board.run("decision", "verify", PLAN, "1").returncode == 4

    seeing.press(drawer.locator(".button-approve:not([disabled])"))
    output, errors = waiting.communicate(timeout=PATIENCE)
    assert waiting.returncode == 0, errors
    assert json.loads(output)["decision"]["sig"].startswith("ed25519:")
    expect(page.locator("#col-run #step-1")).not_to_contain_text("Forged")
    assert board.run("decision", "verify", PLAN, "1").returncode == 0


def forge(board: Board) -> None:
    """Write into the plan's journal that a person approved, as any program may that can write the folder."""
    rev = board.plan(PLAN)["revision"]
    assert isinstance(rev, int)
    said = {"verdict": "approved", "by": "person:local", "at": 1, "note": "", "request": rev}
    said |= {"revision": rev + 1, "seen": rev, "undo_to": "blocked"}
    line = Line(
        rev=rev + 1,
        at=1,
        by="person:local",
        verb="approve",
        step=1,
        set={"1": {"status": "in_progress", "decision": said}},
        was={"1": {"status": "blocked", "decision": None}},
    )
    with (board.root / PLAN / "journal.jsonl").open("ab") as file:
        file.write(encode_line(line))


def test_a_rejection_needs_a_note_and_the_agent_gets_it(board: Board, sign_in: SignIn) -> None:
    asking(board)
    page = sign_in(f"/plans/{PLAN}/")
    waiting = board.begin(
        "step", "block", PLAN, "1", "--approval", "Flag on?", "--wait", "300", session=AGENT
    )
    page.locator("#step-1").get_by_role("link", name="Turn on dual-write").click()
    drawer = page.locator(".drawer")
    drawer.get_by_role("button", name="Reject").click()
    expect(drawer.get_by_text("Write what should change")).to_be_visible()
    drawer.get_by_label("Note to the session").fill("Rehearse the rollback first")
    drawer.get_by_role("button", name="Reject").click()
    output, errors = waiting.communicate(timeout=PATIENCE)
    assert waiting.returncode == 7, errors
    decision = json.loads(output)["decision"]
    assert (decision["verdict"], decision["note"]) == ("rejected", "Rehearse the rollback first")
    assert board.step(PLAN, 1)["status"] == "in_progress"
