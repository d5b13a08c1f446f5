"""An approval that nobody signed, on the screens: forged wherever it is seen, and it opens nothing."""

import re
from pathlib import Path

import pytest

from plans.actions.deciding import approve_step
from plans.actions.shaping import add_step, edit_step
from plans.domain.revision import Line
from plans.domain.step import Kind, Status
from plans.security.decision_seals import DecisionSeals
from plans.store.journal import encode_line
from tests.web.cast import ABC, ADA, LEDGER, LedgerBoard
from tests.web.conftest import Copy

NOBODY = "nobody signed it"


@pytest.fixture
def forged(board: LedgerBoard, copied: Copy, tmp_path: Path) -> int:
    """Claim in Ada's name that step 1 was approved; gives its revision now. The board has a key."""
    seals = board.desk.store.seals
    assert isinstance(seals, DecisionSeals)
    seals.ready()
    plan = board.plan()
    said = {"verdict": "approved", "by": "person:ada", "at": 1, "note": "Go", "request": plan.revision}
    said |= {"revision": plan.revision + 1, "seen": plan.revision, "undo_to": "blocked"}
    line = Line(
        rev=plan.revision + 1,
        at=1,
        by="person:ada",
        verb="approve",
        step=1,
        set={"1": {"status": "completed", "decision": said}},
        was={"1": {"status": "blocked", "decision": None}},
    )
    with (tmp_path / "root" / LEDGER / "journal.jsonl").open("ab") as file:
        file.write(encode_line(line))
    copied(LEDGER)
    return board.revision(1)


def card_of(page: str, number: int) -> str:
    found = re.search(rf'<article id="step-{number}".*?</article>', page, re.DOTALL)
    assert found
    return found[0]


@pytest.mark.usefixtures("forged")
def test_the_card_still_asks_and_what_waits_for_it_waits(board: LedgerBoard) -> None:
    page = board.get().content.decode()
    assert NOBODY in card_of(page, 1)
    assert 'data-status="blocked"' in card_of(page, 1)
    assert "Approve" in card_of(page, 1)
    assert "Waits on 1 step" in card_of(page, 3)


@pytest.mark.usefixtures("forged")
def test_drawer_and_history_say_that_nobody_signed(board: LedgerBoard) -> None:
    drawer = board.get("steps/1/").content.decode()
    assert NOBODY in drawer
    assert "allegedly (nobody signed it) approved step 1" in drawer
    assert "Decision</h3>" not in drawer
    assert "Status: Blocked →" not in drawer
    assert "allegedly (nobody signed it) approved" in board.client.get("/activity/").content.decode()


@pytest.mark.usefixtures("forged")
def test_it_stands_in_needs_you(board: LedgerBoard) -> None:
    page = board.client.get("/needs/").content.decode()
    assert "nobody signed the approval that a file claims" in page
    assert NOBODY in page


def test_a_person_who_really_approves_ends_it(board: LedgerBoard, copied: Copy, forged: int) -> None:
    assert board.post("steps/1/approve/", revision=forged).status_code == 303
    copied(LEDGER)
    assert NOBODY not in card_of(board.get().content.decode(), 1)
    assert board.step(1).status is Status.IN_PROGRESS


def test_a_gate_that_is_not_ready_is_in_needs_you_until_the_warning_is_dismissed(
    board: LedgerBoard, copied: Copy, tmp_path: Path
) -> None:
    add_step(board.desk, LEDGER, by=ADA, title="Open to all", kind=Kind.GATE, needs=(3,))
    file = tmp_path / "root" / LEDGER / "plan.json"
    text = file.read_text()
    place = text.index('"pending"', text.index("Open to all"))
    file.write_text(text[:place] + '"completed"' + text[place + len('"pending"') :])
    board.desk.store.adopt(LEDGER)
    copied(LEDGER)

    page = board.client.get("/needs/").content.decode()
    assert f'data-key="{LEDGER}/4"' in page
    assert "forged approval" in page
    assert 'data-col="ask"' in card_of(board.get().content.decode(), 4)

    answer = board.post("steps/4/dismiss/", revision=board.revision(4))
    assert answer.status_code == 303
    copied(LEDGER)
    assert board.step(4).flag is None
    assert f'data-key="{LEDGER}/4"' not in board.client.get("/needs/").content.decode()


def test_text_that_changed_after_the_approval_is_told(board: LedgerBoard, copied: Copy) -> None:
    approve_step(board.desk, LEDGER, 1, by=ADA, expected=board.revision(1))
    copied(LEDGER)
    drawer = board.get("steps/1/").content.decode()
    assert "Signed, key " in drawer
    assert "The text was changed since" not in drawer

    edit_step(board.desk, LEDGER, 1, by=ABC, expected=board.revision(1), notes="Wipe the disks")
    copied(LEDGER)
    assert (
        "The text was changed since: what stands here now was not" in board.get("steps/1/").content.decode()
    )
    assert "The text was changed since a person decided" in card_of(board.get().content.decode(), 1)


def test_what_was_edited_after_the_page_was_drawn_is_not_approved(board: LedgerBoard) -> None:
    """CVE-2025-54136: the answer was about another text."""
    seen = board.revision(1)
    edit_step(board.desk, LEDGER, 1, by=ABC, expected=seen, notes="Wipe the disks")
    answer = board.htmx("steps/1/approve/", revision=seen)
    assert answer.status_code == 409
    assert board.step(1).status is Status.BLOCKED
