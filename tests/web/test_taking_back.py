"""What moved or changed hands is put back with one press, unless somebody touched it since."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import pytest
from msgspec.structs import replace

from plans.actions.shaping import edit_step
from plans.actions.working import block_step, claim_step
from plans.domain.step import RequestKind, Status
from tests.web.cast import ADA, DEF, LEDGER

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

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


@pytest.mark.parametrize("verb", ["cancel", "fail"])
def test_what_is_given_up_goes_back_to_its_session_and_says_what_is_lost(
    board: LedgerBoard, verb: str
) -> None:
    answer = board.htmx(f"steps/1/{verb}/", note="Not now.", revision=board.revision(1))
    assert (
        "It goes back to To do with session-abc, who starts it over; what it asked" in answer.content.decode()
    )
    path, fields = undo(answer)
    assert board.htmx(path, **fields).status_code == 200
    step = board.step(1)
    assert (step.status, step.owner, step.reason) == (Status.PENDING, "session-abc", "")


def test_a_cancelled_step_that_nobody_had_comes_back_as_it_was(board: LedgerBoard) -> None:
    before = board.step(2)
    answer = board.htmx("steps/2/cancel/", revision=board.revision(2))
    assert "starts it over" not in answer.content.decode()
    path, fields = undo(answer)
    answer = board.htmx(path, **fields)
    bookkeeping = {"revision": 0, "updated_at": 0, "updated_by": "", "stamp_at": 0}
    assert replace(board.step(2), **bookkeeping) == replace(before, **bookkeeping)
    path, fields = undo(answer)
    board.htmx(path, **fields)
    assert board.step(2).status is Status.CANCELLED


def test_a_released_step_goes_back_to_its_session(board: LedgerBoard) -> None:
    path, fields = undo(board.htmx("steps/1/release/", revision=board.revision(1)))
    board.htmx(path, **fields)
    assert (board.step(1).status, board.step(1).owner) == (Status.PENDING, "session-abc")


def test_a_hold_is_let_go_and_a_new_step_goes_again(board: LedgerBoard) -> None:
    answer = board.htmx("steps/2/hold/", note="Wait for the audit.", revision=board.revision(2))
    assert board.step(2).asks
    assert f'formaction="/plans/{LEDGER}/steps/2/approve/"' in answer.content.decode()
    board.htmx("steps/2/approve/", revision=board.revision(2))
    assert (board.step(2).status, board.step(2).asks) == (Status.PENDING, False)
    numbers = order(board)
    answer = board.htmx("steps/", title="One more")
    number = order(board)[-1]
    assert f'formaction="/plans/{LEDGER}/steps/{number}/remove/"' in answer.content.decode()
    answer = board.htmx(f"steps/{number}/remove/", revision=board.revision(number))
    assert order(board) == numbers
    assert "Its number is never used again. Restoring rev " in answer.content.decode()


def test_an_edit_is_taken_back_field_by_field(board: LedgerBoard) -> None:
    changes = {"notes": "By week.\r\n\r\nThen index.", "needs": "1", "risk": "production", "critical": "on"}
    before = board.step(2)
    path, fields = undo(board.htmx("steps/2/edit/", **changes, title="New", revision=board.revision(2)))
    assert board.step(2).title == "New"
    edited = board.step(2)
    assert fields.keys() == {"csrfmiddlewaretoken", "revision", *changes, "title"}
    path, fields = undo(board.htmx(path, **fields))
    bookkeeping = {"revision": 0, "updated_at": 0, "updated_by": "", "stamp_at": 0}
    assert replace(board.step(2), **bookkeeping) == replace(before, **bookkeeping)
    board.htmx(path, **fields)
    assert replace(board.step(2), **bookkeeping) == replace(edited, **bookkeeping)


def test_an_edit_over_what_no_form_can_send_says_so(board: LedgerBoard) -> None:
    edit_step(board.desk, LEDGER, 2, by=ADA, notes="a\0b", expected=board.revision(2))
    page = board.htmx("steps/2/edit/", notes="c", revision=board.revision(2)).content.decode()
    assert "This stays so: a form cannot send what stood there." in page
    assert "data-undo" not in page


def test_what_no_verb_takes_back_says_so(board: LedgerBoard) -> None:
    page = board.htmx("steps/2/complete/", revision=board.revision(2)).content.decode()
    assert "This stays so: others may have started on it." in page
    assert "data-undo" not in page
    board.htmx("steps/1/fail/", note="No.", revision=board.revision(1))
    page = board.htmx("steps/1/retry/", revision=board.revision(1)).content.decode()
    assert "This stays so: only work in progress fails." in page
    assert "data-undo" not in page


def test_a_retry_that_is_sent_twice_is_answered_twice_alike(board: LedgerBoard) -> None:
    board.htmx("steps/2/cancel/", note="Later.", revision=board.revision(2))
    fields = {"revision": board.revision(2), "key": "twice"}
    answers = [board.htmx("steps/2/retry/", **fields) for _ in range(2)]
    assert [undo(answer)[1]["note"] for answer in answers] == ["Later.", "Later."]


def test_a_removal_that_is_sent_again_names_the_revision_that_still_has_the_step(board: LedgerBoard) -> None:
    """Red where the plan's newest revision counts: what stood before that brings nothing back."""
    fields = {"revision": board.revision(3), "key": "twice"}
    has_it = f"Restoring rev {board.plan().revision} of the plan brings it back."
    assert has_it in board.htmx("steps/3/remove/", **fields).content.decode()
    edit_step(board.desk, board.namespace, 2, by=ADA, title="Else", expected=board.revision(2))
    assert has_it in board.htmx("steps/3/remove/", **fields).content.decode()


def test_what_was_touched_since_is_not_taken_back_silently(board: LedgerBoard) -> None:
    path, fields = undo(board.htmx("steps/2/reassign/", owner="session-def", revision=board.revision(2)))
    edit_step(board.desk, board.namespace, 2, by=ADA, title="Else", expected=board.revision(2))
    assert board.htmx(path, **fields).status_code == 409
    assert board.step(2).owner == "session-def"


def ways_back(answer: HttpResponse) -> list[str]:
    """Read the toast's form of a deed on many steps."""
    form = re.search(r'<form class="undo".*?</form>', answer.content.decode(), re.DOTALL)
    assert form
    assert 'action="/back/"' in form[0]
    return re.findall(r'name="back" value="([^"]*)"', form[0])


def named(board: LedgerBoard, *numbers: int) -> list[str]:
    return [f"{number}.{board.revision(number)}" for number in numbers]


def take_back(board: LedgerBoard, ways: list[str], **fields: str) -> HttpResponse:
    sent = {"back": ways, **fields}
    return cast("HttpResponse", board.client.post("/back/", sent, headers={"HX-Request": "true"}))


def test_owners_that_were_given_at_once_are_taken_back_at_once(board: LedgerBoard) -> None:
    board.htmx("steps/2/reassign/", owner="session-def", revision=board.revision(2))
    answer = board.htmx("bulk/", verb="reassign", step=named(board, 2, 3), owner="session-new")
    page = take_back(board, ways_back(answer)).content.decode()
    assert "2 steps put back" in page
    assert "<dialog" not in page
    assert (board.step(2).owner, board.step(3).owner) == ("session-def", None)


@pytest.mark.parametrize("to", ["first", "last"])
def test_steps_that_moved_at_once_go_back_to_where_each_was(board: LedgerBoard, to: str) -> None:
    for title in ("Fourth", "Fifth", "Sixth"):
        board.htmx("steps/", title=title)
    before = order(board)
    answer = board.htmx("bulk/", verb="move", to=to, step=named(board, 2, 4, 5))
    assert order(board) != before
    take_back(board, ways_back(answer))
    assert order(board) == before


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_decisions_that_were_made_at_once_ask_again(board: LedgerBoard, verb: str) -> None:
    claim_step(board.desk, board.namespace, 2, by=DEF)
    block_step(board.desk, board.namespace, 2, by=DEF, kind=RequestKind.APPROVAL, text="Delete 41 rows?")
    sent = {"verb": verb, "note": "No.", "ask": [f"{LEDGER}/{n}/{board.revision(n)}" for n in (1, 2)]}
    answer = board.client.post("/needs/decide/", sent, headers={"HX-Request": "true"})
    assert board.step(1).status is board.step(2).status is Status.IN_PROGRESS
    take_back(board, ways_back(cast("HttpResponse", answer)))
    assert board.step(1).status is board.step(2).status is Status.BLOCKED


def test_of_many_the_one_that_was_touched_since_stays_and_is_listed(board: LedgerBoard) -> None:
    answer = board.htmx("bulk/", verb="reassign", step=named(board, 2, 3), owner="session-new")
    edit_step(board.desk, board.namespace, 3, by=ADA, title="Else", expected=board.revision(3))
    page = take_back(board, ways_back(answer)).content.decode()
    assert "1 step put back, 1 not" in page
    assert "It changed since. It stays as it is now." in page
    assert (board.step(2).owner, board.step(3).owner) == (None, "session-new")


def test_taking_many_back_twice_does_it_once(board: LedgerBoard) -> None:
    ways = ways_back(board.htmx("bulk/", verb="reassign", step=named(board, 2, 3), owner="session-new"))
    for _ in range(2):
        assert "2 steps put back" in take_back(board, ways, key="once").content.decode()


def test_what_was_not_done_offers_no_way_back(board: LedgerBoard) -> None:
    steps = named(board, 2)
    edit_step(board.desk, board.namespace, 2, by=ADA, title="Else", expected=board.revision(2))
    assert "undo" not in board.htmx("bulk/", verb="reassign", step=steps, owner="x").content.decode()


@pytest.mark.parametrize(
    "way",
    [
        "",
        "a/b/c/undo/",
        "payments.ledger/1/2/approve/",
        "payments.ledger/1/2/undo",
        "payments.ledger/1/2/move/x",
    ],
)
def test_what_says_no_way_back_is_refused(board: LedgerBoard, way: str) -> None:
    assert take_back(board, [way]).status_code == 422


def test_who_may_only_look_takes_nothing_back(board: LedgerBoard, eve: Client) -> None:
    ways = ways_back(board.htmx("bulk/", verb="reassign", step=named(board, 2), owner="session-new"))
    assert eve.post("/back/", {"back": ways}).status_code == 403
    assert board.step(2).owner == "session-new"
