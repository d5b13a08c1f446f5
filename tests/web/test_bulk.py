"""One deed on many steps: each by its own revision, a changed one stays as it is and is listed."""

from __future__ import annotations

import pytest

from plans.actions.shaping import edit_step
from plans.actions.working import block_step, claim_step
from plans.domain.step import RequestKind, Status
from plans.web.batch import MOST
from tests.web.cast import ADA, DEF, LedgerBoard


def named(board: LedgerBoard, *numbers: int) -> list[str]:
    return [f"{number}.{board.revision(number)}" for number in numbers]


def test_selected_steps_get_an_owner_each_by_its_own_revision(board: LedgerBoard) -> None:
    steps = named(board, 2, 3)
    edit_step(board.desk, board.namespace, 3, by=ADA, title="Something else", expected=board.revision(3))
    page = board.htmx("bulk/", verb="reassign", step=steps, owner="session-def").content.decode()
    assert "1 reassigned, 1 not" in page
    assert "It changed while you looked" in page
    assert (board.step(2).owner, board.step(3).owner) == ("session-def", None)


def test_moved_steps_keep_their_order_among_each_other(board: LedgerBoard) -> None:
    board.htmx("steps/", title="Fourth")
    board.htmx("steps/", title="Fifth")
    page = board.htmx("bulk/", verb="move", to="first", step=named(board, 4, 5)).content.decode()
    assert "2 moved" in page
    order = [step.number for step in board.plan().steps]
    assert order.index(4) < order.index(5) < order.index(2)


def test_only_steps_that_ask_the_same_are_approved_at_once(board: LedgerBoard) -> None:
    claim_step(board.desk, board.namespace, 2, by=DEF)
    block_step(board.desk, board.namespace, 2, by=DEF, kind=RequestKind.APPROVAL, text="Another thing?")
    answer = board.htmx("bulk/", verb="approve", step=named(board, 1, 2))
    assert answer.status_code == 422
    assert "do not ask the same" in answer.content.decode()
    assert board.step(1).status is board.step(2).status is Status.BLOCKED


def test_steps_that_ask_the_same_are_approved_with_one_press(board: LedgerBoard) -> None:
    claim_step(board.desk, board.namespace, 2, by=DEF)
    block_step(board.desk, board.namespace, 2, by=DEF, kind=RequestKind.APPROVAL, text="Delete 41 rows?")
    assert "2 approved" in board.htmx("bulk/", verb="approve", step=named(board, 1, 2)).content.decode()
    assert board.step(1).status is board.step(2).status is Status.IN_PROGRESS


@pytest.mark.parametrize("verb", ["approve", "reject", "reassign", "move"])
def test_the_dialog_does_nothing_yet(board: LedgerBoard, verb: str) -> None:
    before = board.plan().revision
    page = board.get("bulk/", verb=verb, step=named(board, 1, 2))
    assert page.status_code == 200
    assert page.content.decode().count('name="step"') == 2
    assert board.plan().revision == before


@pytest.mark.parametrize(
    "fields",
    [
        {"verb": "delete", "step": "1.1"},
        {"verb": "move", "step": "one"},
        {"verb": "move"},
        {"verb": "reject", "step": "1.1"},
        {"verb": "move", "step": [f"{n}.1" for n in range(MOST + 1)]},
    ],
)
def test_what_names_no_steps_and_no_deed_is_refused(board: LedgerBoard, fields: dict[str, object]) -> None:
    assert board.htmx("bulk/", **fields).status_code == 422
