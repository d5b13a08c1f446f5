"""Whatever page opens what waits for a person leaves one line in the audit log, and repeating it none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from plans.actions.deciding import hold_step
from plans.actions.shaping import edit_step
from plans.actions.working import block_step, claim_step
from plans.domain.step import RequestKind, Status
from plans.security.audit_reading import entries
from tests.web.cast import ADA, DEF, LEDGER, LedgerBoard
from tests.web.test_taking_back import named, take_back, undo, ways_back

if TYPE_CHECKING:
    from django.http import HttpResponse
    from pytest_django.fixtures import Settings

    from tests.web.conftest import Copy

DONE_GATE = {"title": "Gate", "kind": "gate", "status": "completed"}
HAND_OVER = "/sessions/session-def/hand-over/"


@pytest.fixture
def home(board: LedgerBoard, settings: Settings) -> Path:  # noqa: ARG001 - it moves the home
    return Path(settings.PLANBOARD.home_folder)


@pytest.fixture
def held(board: LedgerBoard, copied: Copy) -> LedgerBoard:
    """Hold step 2, on which session-def works."""
    claim_step(board.desk, LEDGER, 2, by=DEF)
    hold_step(board.desk, LEDGER, 2, by=ADA, expected=board.revision(2), text="Stop.")
    copied(LEDGER)
    return board


def decided(home: Path) -> list[tuple[object, ...]]:
    told = [entry for entry in entries(home) if entry["what"] == "decision"]
    return [(entry["plan"], entry["step"], entry["verdict"], entry["revision"]) for entry in told]


def test_a_plan_that_is_brought_with_a_gate_passed_is_noted(board: LedgerBoard, home: Path) -> None:
    text = json.dumps({"namespace": "new.plan", "title": "New", "steps": [{"number": 1, **DONE_GATE}]})
    for _ in range(2):
        sent = {"text": text, "namespace": "new.plan", "create": "1", "key": "once"}
        assert board.client.post("/import/", sent).status_code == 303
    assert decided(home) == [("new.plan", 1, "create", 1)]


def test_a_list_that_is_brought_with_a_gate_passed_is_noted(board: LedgerBoard, home: Path) -> None:
    for _ in range(2):
        assert board.post("paste/", text=json.dumps([DONE_GATE]), key="once").status_code == 303
    assert decided(home) == [(LEDGER, 4, "add", board.plan().revision)]
    assert "Done before: Step added" in board.get().content.decode()
    board.post("paste/", text="- [ ] One more")
    assert len(decided(home)) == 1


def test_what_is_held_and_given_away_with_others_is_noted(held: LedgerBoard, home: Path) -> None:
    held.htmx("bulk/", verb="reassign", step=named(held, 2, 3), owner="session-new", confirmed="1")
    assert held.step(2).status is Status.PENDING
    assert decided(home) == [(LEDGER, 2, "reassign", held.revision(2))]


def test_what_is_held_and_handed_over_is_noted(held: LedgerBoard, home: Path) -> None:
    step = f"{held.revision(2)}.2.{LEDGER}"
    sent = {"step": step, "owner": "session-new", "confirmed": "1", "key": "once"}
    pages = [held.client.post(HAND_OVER, sent).content.decode() for _ in range(2)]
    assert ["Done before: Assigned to session-new" in page for page in pages] == [False, True]
    assert decided(home) == [(LEDGER, 2, "reassign", held.revision(2))]


def test_what_opens_by_being_put_back_is_noted(board: LedgerBoard, home: Path) -> None:
    answer = board.htmx("bulk/", verb="reassign", step=named(board, 2), owner="session-def")
    claim_step(board.desk, LEDGER, 2, by=DEF)
    hold_step(board.desk, LEDGER, 2, by=ADA, expected=board.revision(2), text="Stop.")
    (way,) = ways_back(answer)
    _, _, _, verb, owner = way.split("/")
    for _ in range(2):
        take_back(board, [f"{LEDGER}/2/{board.revision(2)}/{verb}/{owner}"], key="once")
    assert decided(home) == [(LEDGER, 2, "reassign", board.revision(2))]


def test_each_decision_that_is_taken_back_with_others_is_noted_once(board: LedgerBoard, home: Path) -> None:
    ways = ways_back(board.htmx("bulk/", verb="approve", step=named(board, 1)))
    approved = board.plan().revision
    pages = [take_back(board, ways, key="once").content.decode() for _ in range(2)]
    assert ["1 step put back, 1 of them before" in page for page in pages] == [False, True]
    assert decided(home) == [(LEDGER, 1, "approve", approved), (LEDGER, 1, "undo", approved + 1)]


def test_a_repeated_decision_is_noted_once_and_told_as_done_before(board: LedgerBoard, home: Path) -> None:
    fields = {"revision": board.revision(1), "key": "once"}
    answers = [board.htmx("steps/1/approve/", **fields).content.decode() for _ in range(2)]
    assert decided(home) == [(LEDGER, 1, "approve", board.revision(1))]
    assert ["Done before: Step 1 approved" in answer for answer in answers] == [False, True]
    assert "It changed since" not in answers[1]


def test_a_decision_that_was_taken_back_is_not_told_as_if_it_stood(board: LedgerBoard, home: Path) -> None:
    fields = {"revision": board.revision(1), "key": "once"}
    board.htmx("steps/1/approve/", **fields)
    board.htmx("steps/1/undo/", revision=board.revision(1))
    page = board.htmx("steps/1/approve/", **fields).content.decode()
    assert board.step(1).status is Status.BLOCKED
    assert [verdict for _, _, verdict, _ in decided(home)] == ["approve", "undo"]
    assert "Done before: Step 1 approved. It changed since." in page
    assert "data-undo" not in page.partition('<div class="toast"')[2].partition("</hx-partial>")[0]


@pytest.mark.parametrize("door", ["bulk", "alike"])
def test_many_decisions_that_are_repeated_are_noted_once_each(
    board: LedgerBoard, home: Path, door: str
) -> None:
    claim_step(board.desk, LEDGER, 2, by=DEF)
    block_step(board.desk, LEDGER, 2, by=DEF, kind=RequestKind.APPROVAL, text="Delete 41 rows?")
    seen = [(number, board.revision(number)) for number in (1, 2)]

    def approve() -> str:
        if door == "bulk":
            steps = [f"{number}.{revision}" for number, revision in seen]
            return board.htmx("bulk/", verb="approve", step=steps, key="once").content.decode()
        sent = {"verb": "approve", "key": "once", "ask": [f"{LEDGER}/{n}/{rev}" for n, rev in seen]}
        answer = board.client.post("/needs/decide/", sent, headers={"HX-Request": "true"})
        return cast("HttpResponse", answer).content.decode()

    assert "2 approved" in approve()
    again = approve()
    assert "2 approved, 2 of them before" in again
    assert "Done before: Approved" in again
    assert 'class="undo"' not in again
    board.htmx("steps/1/undo/", revision=board.revision(1))
    past = approve()
    assert "1 approved, 1 of them before, 1 not" in past
    assert "Done before: Approved. It changed since." in past
    assert [(step, verdict) for _, step, verdict, _ in decided(home)] == [
        (1, "approve"),
        (2, "approve"),
        (1, "undo"),
    ]


def test_steps_that_were_given_before_and_changed_since_are_not_done(board: LedgerBoard) -> None:
    fields = {"verb": "reassign", "step": named(board, 2, 3), "owner": "session-new", "key": "once"}
    board.htmx("bulk/", **fields)
    edit_step(board.desk, LEDGER, 3, by=ADA, title="Else", expected=board.revision(3))
    page = board.htmx("bulk/", **fields).content.decode()
    assert "1 reassigned, 1 of them before, 1 not" in page
    assert "Done before: Assigned to session-new. It changed since." in page
    assert 'class="undo"' not in page


def test_what_was_handed_over_before_and_is_gone_says_so(held: LedgerBoard) -> None:
    sent = {"step": f"{held.revision(2)}.2.{LEDGER}", "owner": "session-new", "confirmed": "1", "key": "once"}
    held.client.post(HAND_OVER, sent)
    held.post("steps/2/remove/", revision=held.revision(2))
    answer = held.client.post(HAND_OVER, sent)
    assert answer.status_code == 207
    assert "Done before: Assigned to session-new. It changed since." in answer.content.decode()


def test_a_step_that_is_removed_twice_is_told_as_removed_before(board: LedgerBoard) -> None:
    fields = {"revision": board.revision(3), "key": "once"}
    board.post("steps/3/remove/", **fields)
    board.post("steps/3/remove/", **fields)
    page = board.get().content.decode()
    assert "Done before: Step 3 removed" in page
    assert "It changed since" not in page


def test_a_plan_that_is_restored_twice_says_as_which_revision(board: LedgerBoard) -> None:
    fields = {"revision": board.plan().revision, "to": 2, "key": "once"}
    board.post("restore/", **fields)
    made = board.plan().revision
    board.post("steps/", title="One more")
    board.get()
    board.post("restore/", **fields)
    page = board.get().content.decode()
    assert f"Done before: Rev 2 restored as rev {made}. It changed since." in page


def test_a_way_back_that_was_gone_before_says_where_it_stands(board: LedgerBoard) -> None:
    path, fields = undo(board.htmx("steps/2/move/", after=3, revision=board.revision(2), key="one"))
    first = board.htmx(path, **fields, key="two").content.decode()
    assert "Step 2 moved" in first
    assert "Done before: Step 2 moved" in board.htmx(path, **fields, key="two").content.decode()
