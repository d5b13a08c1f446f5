"""What became of a request, told from the journal's lines alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from plans.actions import assigning, deciding, planning, shaping, waiting, working
from plans.actions.waiting import NothingAsked, RequestWithdrawn, outcome, request_meant
from plans.domain.errors import StepNotFound
from plans.domain.step import Decision, RequestKind, Review, Verdict
from tests.actions.cast import ADA, PLAN, SMITH

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.actions.desk import Changed, Desk


def ask(desk: Desk, text: str = "Go?") -> int:
    """Let the agent ask; gives the request's id."""
    changed = working.block_step(desk, PLAN, 1, by=SMITH, kind=RequestKind.PROBLEM, text=text)
    assert changed.line is not None
    return changed.line.rev


@pytest.fixture
def request_id(desk: Desk) -> int:
    working.claim_step(desk, PLAN, 1, by=SMITH)
    return ask(desk)


def told(desk: Desk, request_id: int) -> Verdict | str | None:
    """Give the outcome of a request in a word."""
    answer = outcome(desk.store.lines(PLAN, after=request_id), 1, request=request_id)
    if isinstance(answer, Decision):
        return answer.verdict
    return "withdrawn" if answer is not None else None


def seen(desk: Desk) -> int:
    return desk.store.read(PLAN).plan.step(1).revision


def test_an_open_request_has_no_outcome(desk: Desk, request_id: int) -> None:
    assigning.comment_step(desk, PLAN, 1, by=ADA, text="hm")
    shaping.edit_step(desk, PLAN, 1, by=ADA, expected=seen(desk), notes="more")
    assert told(desk, request_id) is None
    assert request_meant(desk, PLAN, 1) == request_id


DECISIONS: list[tuple[Callable[[Desk], Changed], Verdict]] = [
    (lambda desk: deciding.approve_step(desk, PLAN, 1, by=ADA, expected=seen(desk)), Verdict.APPROVED),
    (
        lambda desk: deciding.reject_step(desk, PLAN, 1, by=ADA, expected=seen(desk), note="n"),
        Verdict.REJECTED,
    ),
    (lambda desk: deciding.reply_step(desk, PLAN, 1, by=ADA, expected=seen(desk), note="n"), Verdict.REPLIED),
]


@pytest.mark.parametrize(("decide", "verdict"), DECISIONS)
def test_a_decision_stays_one_whatever_comes_after(
    desk: Desk, request_id: int, decide: Callable[[Desk], Changed], verdict: Verdict
) -> None:
    decide(desk)
    assert told(desk, request_id) is verdict
    second = ask(desk, "And now?")
    assert told(desk, request_id) is verdict
    assert told(desk, second) is None
    deciding.approve_step(desk, PLAN, 1, by=ADA, expected=seen(desk))
    deciding.undo_decision(desk, PLAN, 1, by=ADA, expected=seen(desk))
    assert told(desk, request_id) is verdict
    assert told(desk, second) is None
    shaping.remove_step(desk, PLAN, 1, by=ADA, expected=seen(desk))
    assert told(desk, request_id) is verdict
    assert told(desk, second) == "withdrawn"


def test_an_undone_decision_opens_the_request_again(desk: Desk, request_id: int) -> None:
    deciding.approve_step(desk, PLAN, 1, by=ADA, expected=seen(desk))
    deciding.undo_decision(desk, PLAN, 1, by=ADA, expected=seen(desk))
    assert told(desk, request_id) is None
    deciding.reject_step(desk, PLAN, 1, by=ADA, expected=seen(desk), note="no")
    assert told(desk, request_id) is Verdict.REJECTED


WITHDRAWALS: list[Callable[[Desk], Changed]] = [
    lambda desk: working.release_step(desk, PLAN, 1, by=SMITH),
    lambda desk: working.fail_step(desk, PLAN, 1, by=SMITH, reason="no"),
    lambda desk: working.force_complete_step(desk, PLAN, 1, by=ADA, expected=seen(desk)),
    lambda desk: assigning.cancel_step(desk, PLAN, 1, by=ADA, expected=seen(desk)),
    lambda desk: assigning.reassign_step(
        desk, PLAN, 1, by=ADA, expected=seen(desk), owner=None, confirmed=True
    ),
    lambda desk: shaping.remove_step(desk, PLAN, 1, by=ADA, expected=seen(desk)),
    lambda desk: planning.restore_plan(
        desk, PLAN, revision=1, by=ADA, expected=desk.store.read(PLAN).plan.revision
    ),
]


@pytest.mark.parametrize("withdraw", WITHDRAWALS)
def test_a_request_that_was_taken_back_is_withdrawn(
    desk: Desk, request_id: int, withdraw: Callable[[Desk], Changed]
) -> None:
    withdraw(desk)
    assert told(desk, request_id) == "withdrawn"
    with pytest.raises(RequestWithdrawn):
        waiting.wait_for_decision(desk, PLAN, 1, by=SMITH, request=request_id, seconds=5)
    assert request_meant(desk, PLAN, 1) == request_id


def test_a_restored_request_is_open_again(desk: Desk, request_id: int) -> None:
    working.release_step(desk, PLAN, 1, by=SMITH)
    planning.restore_plan(desk, PLAN, revision=request_id, by=ADA, expected=request_id + 1)
    assert told(desk, request_id) is None


def test_a_plan_made_anew_has_none_of_the_old_requests(desk: Desk, request_id: int) -> None:
    planning.delete_plan(desk, PLAN, by=ADA, expected=request_id)
    planning.create_plan(desk, PLAN, by=ADA)
    with pytest.raises(StepNotFound):
        request_meant(desk, PLAN, 1)


def test_what_never_asked_has_no_request(desk: Desk) -> None:
    with pytest.raises(NothingAsked):
        request_meant(desk, PLAN, 2)
    with pytest.raises(StepNotFound):
        request_meant(desk, PLAN, 99)


def test_a_request_that_was_never_made_is_not_waited_for(desk: Desk, request_id: int) -> None:
    assert request_meant(desk, PLAN, 1, named=request_id) == request_id
    with pytest.raises(NothingAsked) as refused:
        request_meant(desk, PLAN, 1, named=request_id + 1)
    assert refused.value.message == f"Step 1 never made a request {request_id + 1}"
    assert "Leave the request out" in refused.value.advice


def test_a_finished_step_waits_for_its_review(desk: Desk) -> None:
    shaping.edit_step(desk, PLAN, 1, by=ADA, expected=1, review=Review.REQUIRED)
    working.claim_step(desk, PLAN, 1, by=SMITH)
    working.complete_step(desk, PLAN, 1, by=SMITH)
    deciding.approve_step(desk, PLAN, 1, by=ADA, expected=seen(desk))

    decision = waiting.wait_for_decision(desk, PLAN, 1, by=SMITH, seconds=5)

    assert decision.verdict is Verdict.APPROVED
