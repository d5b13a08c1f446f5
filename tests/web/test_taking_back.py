"""What moved or changed hands is put back with one press, unless somebody touched it since."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from plans.actions.shaping import edit_step
from tests.web.cast import ADA

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.web.cast import LedgerBoard


def undo(answer: HttpResponse) -> tuple[str, dict[str, str]]:
    """Read the toast's form: what follows the plan's address, and its fields."""
    form = re.search(r'<form class="undo".*?</form>', answer.content.decode(), re.DOTALL)
    assert form
    action = re.search(r'action="/plans/[^/]+/([^"]+)"', form[0])
    assert action
    return action[1], dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


def order(board: LedgerBoard) -> list[int]:
    return [step.number for step in board.plan().steps]


@pytest.mark.parametrize(("number", "after"), [(1, 3), (2, 3), (3, 1), (3, "")])
def test_a_move_is_taken_back_to_where_it_was(board: LedgerBoard, number: int, after: object) -> None:
    before = order(board)
    answer = board.htmx(f"steps/{number}/move/", after=after, revision=board.revision(number))
    assert order(board) != before
    path, fields = undo(answer)
    assert board.htmx(path, **fields).status_code == 200
    assert order(board) == before


def test_a_step_goes_back_to_the_owner_it_was_taken_from(board: LedgerBoard) -> None:
    answer = board.htmx("steps/2/reassign/", owner="session-def", revision=board.revision(2))
    path, fields = undo(answer)
    answer = board.htmx(path, **fields)
    assert board.step(2).owner is None
    path, fields = undo(answer)
    board.htmx(path, **fields)
    assert board.step(2).owner == "session-def"


def test_what_was_touched_since_is_not_taken_back_silently(board: LedgerBoard) -> None:
    path, fields = undo(board.htmx("steps/2/reassign/", owner="session-def", revision=board.revision(2)))
    edit_step(board.desk, board.namespace, 2, by=ADA, title="Else", expected=board.revision(2))
    assert board.htmx(path, **fields).status_code == 409
    assert board.step(2).owner == "session-def"
