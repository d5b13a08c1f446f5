"""Looking for a decision: who looks, and what ends the wait without one."""

import pytest

from plans.actions import deciding, planning, shaping, working
from plans.actions.desk import Desk
from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.waiting import RequestWithdrawn, Wait, waits_for_claim
from plans.domain.actor import Actor
from plans.domain.step import Kind, RequestKind, Verdict
from tests.actions.cast import ADA, PLAN, SMITH


@pytest.fixture
def wait(desk: Desk) -> Wait:
    """Wait for the first step's request, and have looked in vain once."""
    working.claim_step(desk, PLAN, 1, by=SMITH)
    working.block_step(desk, PLAN, 1, by=SMITH, kind=RequestKind.APPROVAL, text="Go?")
    return Wait(desk, PLAN, 1, by=SMITH)


def test_the_decision_is_found_among_what_happens_to_other_steps(desk: Desk, wait: Wait) -> None:
    assert wait.look() is None
    shaping.edit_step(desk, PLAN, 2, by=ADA, expected=1, notes="something else")
    assert wait.look() is None
    deciding.approve_step(desk, PLAN, 1, by=ADA, expected=desk.store.read(PLAN).plan.revision, note="yes")
    shaping.edit_step(desk, PLAN, 2, by=ADA, expected=desk.store.read(PLAN).plan.revision, notes="more")

    decision = wait.look()

    assert decision is not None
    assert (decision.verdict, decision.note, decision.by) == (Verdict.APPROVED, "yes", str(ADA))


@pytest.mark.parametrize("by", [SMITH, ADA, None])
def test_only_a_session_that_waits_beats_its_heart(desk: Desk, wait: Wait, by: Actor | None) -> None:
    desk.sessions.forget(["ledger-smith"], before=desk.store.clock() + 1)

    assert Wait(desk, PLAN, 1, by=by, request=wait.request).look() is None

    assert set(desk.sessions.all()) == ({"ledger-smith"} if by == SMITH else set())


def test_a_request_goes_with_its_plan(desk: Desk, wait: Wait) -> None:
    planning.delete_plan(desk, PLAN, by=ADA, expected=desk.store.read(PLAN).plan.revision)
    with pytest.raises(RequestWithdrawn):
        wait.look()


def test_a_plan_made_anew_under_the_name_answers_no_old_request(desk: Desk, wait: Wait) -> None:
    planning.delete_plan(desk, PLAN, by=ADA, expected=desk.store.read(PLAN).plan.revision)
    planning.create_plan(desk, PLAN, sent=PlanDraft(steps=(StepDraft(title="one"),)), by=ADA)
    with pytest.raises(RequestWithdrawn):
        wait.look()


def test_nothing_is_waited_for_in_a_plan_that_is_gone(desk: Desk) -> None:
    with pytest.raises(RequestWithdrawn):
        Wait(desk, "never.was", 1, by=SMITH, request=1)


def test_only_work_that_has_not_begun_waits_for_a_claim(desk: Desk) -> None:
    shaping.add_step(desk, PLAN, by=ADA, title="Go?", kind=Kind.GATE)
    working.claim_step(desk, PLAN, 1, by=SMITH)
    assert [waits_for_claim(desk, PLAN, number) for number in (1, 2, 4, 9)] == [False, True, False, False]
    assert not waits_for_claim(desk, "nowhere", 1)
