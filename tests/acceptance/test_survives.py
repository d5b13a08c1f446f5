"""Whatever a caller sets of a step is still there after everybody has had it in hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.acceptance import mirrored, seeing
from tests.acceptance.test_peer import PLAN, peer_sends

if TYPE_CHECKING:
    from tests.acceptance.board_process import Board, Json
    from tests.acceptance.conftest import SignIn

AGENT = "session-abc"
EXTRA = {
    "timeout": 900,
    "retry": {"times": 3, "backoff": [1, 2.5, None]},
    "validate": "pytest -q && echo “fine”",
    "budget": {"usd": 12.5, "tokens": 10**15},
    "Schlüssel mit Leerzeichen": [True, False, None, "\u2028", ""],
}
FULL = {
    "title": "Turn on dual-write",
    "notes": "One flag.\n\n- retries never double an entry\n- <script>alert(1)</script> `code`\n",
    "needs": [1],
    "phase": "Shadow",
    "review": "required",
    "critical": True,
    "risk": "production",
    "extra": EXTRA,
}
STAMPS = {"revision", "updated_at", "updated_by", "stamp_by", "stamp_at"}
WORKING = STAMPS | {
    "status",
    "owner",
    "column",
    "ready",
    "waiting",
    "waits_on",
    "attempts",
    "worker",
    "assigned_by",
}


def full_plan(board: Board) -> Json:
    """Make a plan whose second step has every field; gives that step."""
    sent = {"title": "Ledger", "steps": [{"title": "Survey"}, FULL, {"title": "Rehearse"}]}
    board.ask("plan", "create", PLAN, "--from", "-", session=AGENT, stdin=json.dumps(sent))
    made = board.step(PLAN, 2)
    assert {name: made[name] for name in FULL} == FULL
    return made


def kept(before: Json, after: Json, *, but: set[str]) -> None:
    """Claim that nothing but some fields changed."""
    names = (before.keys() | after.keys()) - but
    assert {name: after.get(name) for name in names} == {name: before.get(name) for name in names}


def work_and_ask(board: Board) -> None:
    """The agent takes the step, says what it does, and asks."""
    for command in ("claim", "complete"):
        board.ask("step", command, PLAN, "1", session=AGENT)
    board.ask("step", "claim", PLAN, "2", session=AGENT)
    doing = ("--active-form", "running 212 tests", "--progress", "3/5")
    board.ask("step", "heartbeat", PLAN, "2", *doing, session=AGENT)
    board.ask("step", "block", PLAN, "2", "--approval", "Flag on?", session=AGENT)


@pytest.mark.own_board
def test_a_full_step_survives_an_edit_a_claim_a_peer_a_restart_and_a_rebuild(
    board: Board, sign_in: SignIn
) -> None:
    made = full_plan(board)
    page = sign_in(f"/plans/{PLAN}/?step=2")
    form = seeing.open_form(page, "edit")
    form.get_by_label("Title").fill("Turn on dual-write in staging")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#title-2")).to_contain_text("in staging")
    edited = board.step(PLAN, 2)
    kept(made, edited, but=STAMPS | {"title"})
    work_and_ask(board)
    asking = board.step(PLAN, 2)
    kept(edited, asking, but=WORKING | {"active_form", "progress", "request"})
    seeing.stands_in(page, "ask", 2)
    page.goto(f"{board.url}/plans/{PLAN}/?step=2")
    page.get_by_label("Note to the session").fill("Watch the lag")
    seeing.press(seeing.drawer(page).get_by_role("button", name="Approve"))
    seeing.stands_in(page, "run", 2)
    decided = board.step(PLAN, 2)
    kept(asking, decided, but=WORKING | {"request", "decision"})
    peer_sends(board, "completed", "Rehearse")
    peer_sends(board, "in_progress", "Turn on dual-write in staging")
    seeing.stands_in(page, "done", 3)
    mirrored.wait(board)  # until then its moment is when it is read
    rewritten = board.step(PLAN, 2)
    kept(decided, rewritten, but=STAMPS | {"active_form"})
    assert (decided["active_form"], rewritten["active_form"]) == ("running 212 tests", None)
    page.goto(f"{board.url}/plans/{PLAN}/steps/2/")
    expect(page.locator("#drawer-facts")).to_contain_text("timeout")
    board.stop()
    for file in board.home.glob("board.sqlite3*"):
        file.unlink()
    rebuilt = board.manage("rebuild_mirror")
    assert rebuilt.returncode == 0, rebuilt.stderr
    board.start()
    assert board.step(PLAN, 2) == rewritten
    page = sign_in(f"/plans/{PLAN}/steps/2/")
    expect(page.locator("#drawer-facts")).to_contain_text("timeout")
    expect(page.locator("#drawer-facts")).to_contain_text("Watch the lag")
    assert board.manage("check_mirror").returncode == 0
    assert board.run("verify").returncode == 0


def test_what_only_we_know_of_a_step_is_not_in_the_peers_file(board: Board) -> None:
    full_plan(board)
    work_and_ask(board)
    entry = json.loads((board.root / PLAN / "plan.json").read_bytes())["steps"][1]
    assert set(entry) <= {"step", "status", "activeForm", "updatedBy", "updatedAt"}


def test_an_extra_value_is_changed_and_deleted_only_when_its_owner_says_so(board: Board) -> None:
    made = full_plan(board)
    terms = ("--revision", str(made["revision"]))
    board.ask("step", "edit", PLAN, "2", "--set", "timeout=60", "--set", "retry=null", *terms, session=AGENT)
    expected = {name: value for name, value in EXTRA.items() if name != "retry"} | {"timeout": 60}
    assert board.step(PLAN, 2)["extra"] == expected
