"""A program that has never heard of us works on the same file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

PLAN = "docs.api-guide"
AGENT, PEER = "session-abc", "agent:main:translator"
OURS, THEIRS = "Write the glossary", "Translate “Webhooks”"


def two_at_work(board: Board) -> None:
    """One step of an agent of ours, with all that a peer does not know of, and one for the peer."""
    board.ask("plan", "create", PLAN, "--title", "API guide", session=AGENT)
    notes = "Keep **code samples** as they are."
    board.ask("step", "add", PLAN, "--title", OURS, "--notes", notes, "--set", "timeout=900", session=AGENT)
    board.ask("step", "add", PLAN, "--title", THEIRS, "--notes", "From German.", session=AGENT)
    board.ask("step", "claim", PLAN, "1", session=AGENT)


def peer_sends(board: Board, status: str, text: str) -> None:
    """Run the other program once: its lock, its merge, its bytes."""
    program = Path(__file__).with_name("peer_process.py")
    subprocess.run(
        [sys.executable, program, board.root, PLAN, PEER, status, text], check=True, timeout=PATIENCE
    )


def last_line(board: Board) -> dict[str, object]:
    """Read the newest revision as the journal has it."""
    text = (board.root / PLAN / "journal.jsonl").read_text(encoding="utf-8")
    line: dict[str, object] = json.loads(text.splitlines()[-1])
    return line


def test_what_a_peer_completes_is_one_revision_and_leaves_all_else_alone(
    board: Board, sign_in: SignIn
) -> None:
    two_at_work(board)
    page = sign_in(f"/plans/{PLAN}/")
    seeing.stay(page)
    seeing.live(page)
    before = board.step(PLAN, 1)
    revision = int(page.get_attribute("#board", "data-revision") or 0)
    peer_sends(board, "completed", THEIRS)
    seeing.stands_in(page, "done", 2)
    expect(page.locator("#latest")).to_contain_text(PEER)
    expect(page.locator(".revision").first).to_have_text(f"rev {revision + 1}")
    assert seeing.stayed(page)
    assert board.step(PLAN, 1) == before
    theirs = board.step(PLAN, 2)
    assert (theirs["status"], theirs["notes"]) == ("completed", "From German.")
    line = last_line(board)
    assert (line["rev"], line["by"]) == (revision + 1, f"session:{PEER}")


def test_what_a_peer_starts_shows_it_at_work(board: Board, sign_in: SignIn) -> None:
    two_at_work(board)
    page = sign_in(f"/plans/{PLAN}/")
    seeing.live(page)
    peer_sends(board, "in_progress", THEIRS)
    seeing.stands_in(page, "run", 2)
    expect(page.locator("#step-2 .card-owner")).to_contain_text(PEER)
    assert board.step(PLAN, 2)["owner"] == PEER


def test_a_peer_cannot_finish_what_waits_for_a_person(board: Board, sign_in: SignIn) -> None:
    two_at_work(board)
    board.ask("step", "block", PLAN, "1", "--approval", "Publish it?", session=AGENT)
    page = sign_in(f"/plans/{PLAN}/")
    seeing.stands_in(page, "ask", 1)
    peer_sends(board, "completed", OURS)
    expect(page.locator("#step-1")).to_have_attribute("data-status", "in_review")
    expect(page.locator("#step-1")).to_contain_text("Finished without approval")
    entry = json.loads((board.root / PLAN / "plan.json").read_bytes())["steps"][0]
    assert (entry["step"], entry["status"]) == (OURS, "in_progress")
