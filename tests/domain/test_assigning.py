"""What a person does with a step as a whole, and what anyone may remark."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from plans.domain.actor import FILE, Actor
from plans.domain.errors import NoteRequired, PersonOnly, StepNotFound, TooLarge, WrongInput, WrongState
from plans.domain.plan import Plan
from plans.domain.step import OPEN, Comment, Flag, Status
from plans.domain.verbs.assigning import cancel, comment, reassign, retry
from tests.domain.cast import ABC, ANA, DEF, FULL, NOW, all_but, gate, plan_of, saved, work

CLOSED = [status for status in Status if status not in OPEN]


class TestReassign:
    @pytest.mark.parametrize("status", sorted(OPEN))
    def test_an_open_step_waits_for_its_new_owner_and_its_request_is_withdrawn(self, status: Status) -> None:
        odd = replace(work(1, status), flag=Flag.REMOVED_BY_PEER, worker="session-abc", active_form="on")
        given = reassign(plan_of(odd), 1, by=ANA, owner="session-def").step(1)
        assert (given.status, given.owner, given.assigned_by) == (Status.PENDING, "session-def", "person:ana")
        assert (given.request, given.flag, given.worker) == (None, None, None)

    @pytest.mark.parametrize("status", sorted(OPEN))
    def test_what_a_step_that_nobody_began_is_called_in_work_stays_and_what_a_session_said_goes(
        self, status: Status
    ) -> None:
        step = replace(work(1, status), active_form="Copying the rows")
        given = reassign(plan_of(step), 1, by=ANA, owner="session-def").step(1)
        assert given.active_form == ("Copying the rows" if status is Status.PENDING else None)

    def test_to_nobody_means_anybody(self) -> None:
        freed = reassign(plan_of(FULL), 1, by=ANA, owner=None).step(1)
        assert (freed.status, freed.owner, freed.assigned_by) == (Status.PENDING, None, "")

    def test_an_answered_request_stays_beside_its_decision(self) -> None:
        given = reassign(plan_of(FULL), 1, by=ANA, owner="session-def").step(1)
        assert (given.request, given.decision) == (FULL.request, FULL.decision)

    def test_the_old_owner_starting_over_is_a_change_too(self) -> None:
        assert reassign(plan_of(FULL), 1, by=ANA, owner="session-abc").step(1).status is Status.PENDING

    @pytest.mark.parametrize("owner", [None, DEF])
    def test_what_is_so_already_changes_nothing(self, owner: Actor | None) -> None:
        plan = plan_of(work(owner=owner))
        assert reassign(plan, 1, by=ANA, owner=owner.name if owner else None) is plan

    @pytest.mark.parametrize("status", CLOSED)
    def test_a_closed_step_is_retried_first(self, status: Status) -> None:
        with pytest.raises(WrongState, match="cannot be reassigned") as refused:
            reassign(plan_of(work(1, status)), 1, by=ANA, owner="session-def")
        assert refused.value.advice == "Retry it first."

    @pytest.mark.parametrize("owner", ["", "a\nb", "x" * 201])
    def test_an_owner_must_be_a_session_id(self, owner: str) -> None:
        with pytest.raises(WrongInput, match="session id"):
            reassign(plan_of(work()), 1, by=ANA, owner=owner)


class TestRetry:
    @pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELLED])
    def test_a_lost_step_can_be_claimed_again_with_nothing_of_the_past_in_the_way(
        self, status: Status
    ) -> None:
        lost = replace(FULL, status=status, reason="No access.", flag=Flag.REMOVED_BY_PEER)
        again = retry(plan_of(lost), 1, by=ANA).step(1)
        assert (again.status, again.owner, again.reason) == (Status.PENDING, None, "")
        assert (again.request, again.decision, again.flag, again.worker) == (None, None, None, None)
        assert again.attempts == FULL.attempts

    @pytest.mark.parametrize("begun", [0, 1])
    def test_a_step_that_was_cancelled_before_anybody_began_keeps_its_authors_words(self, begun: int) -> None:
        plan = plan_of(replace(work(1), active_form="Copying the rows", attempts=begun))
        again = retry(cancel(plan, 1, by=ANA), 1, by=ANA).step(1)
        assert again.active_form == (None if begun else "Copying the rows")

    def test_a_failed_gate_asks_again(self) -> None:
        assert retry(plan_of(gate(1, Status.FAILED)), 1, by=ANA).step(1).status is Status.PENDING

    @pytest.mark.parametrize("status", all_but(Status.FAILED, Status.CANCELLED))
    def test_nothing_else_is_retried(self, status: Status) -> None:
        with pytest.raises(WrongState, match="cannot be retried"):
            retry(plan_of(work(1, status)), 1, by=ANA)


class TestCancel:
    @pytest.mark.parametrize("status", sorted(OPEN))
    def test_an_open_step_is_given_up_and_its_request_is_withdrawn(self, status: Status) -> None:
        odd = replace(work(1, status), flag=Flag.REMOVED_BY_PEER, worker="session-def")
        gone = cancel(plan_of(odd), 1, by=ANA, reason="Not needed.").step(1)
        assert (gone.status, gone.reason) == (Status.CANCELLED, "Not needed.")
        assert (gone.request, gone.flag, gone.worker) == (None, None, None)

    def test_a_gate_can_be_given_up(self) -> None:
        assert cancel(plan_of(gate()), 1, by=ANA).step(1).status is Status.CANCELLED

    def test_an_answered_request_stays_beside_its_decision(self) -> None:
        assert cancel(plan_of(FULL), 1, by=ANA).step(1).request == FULL.request

    @pytest.mark.parametrize("status", CLOSED)
    def test_a_closed_step_is_refused(self, status: Status) -> None:
        with pytest.raises(WrongState, match="cannot be cancelled"):
            cancel(plan_of(work(1, status)), 1, by=ANA)

    def test_the_reason_has_its_limit(self) -> None:
        with pytest.raises(TooLarge):
            cancel(plan_of(work()), 1, by=ANA, reason="x" * (64 * 1024 + 1))


PERSONS_VERBS: list[tuple[Status, Callable[[Plan, Actor], Plan]]] = [
    (Status.PENDING, lambda plan, by: reassign(plan, 1, by=by, owner="session-def")),
    (Status.FAILED, lambda plan, by: retry(plan, 1, by=by)),
    (Status.PENDING, lambda plan, by: cancel(plan, 1, by=by)),
]


@pytest.mark.parametrize(("status", "verb"), PERSONS_VERBS, ids=["reassign", "retry", "cancel"])
class TestOnlyAPerson:
    @pytest.mark.parametrize("by", [ABC, FILE])
    def test_nobody_else_may(self, status: Status, verb: Callable[[Plan, Actor], Plan], by: Actor) -> None:
        with pytest.raises(PersonOnly):
            verb(plan_of(work(1, status, owner=ABC)), by)

    def test_an_unknown_step_is_not_found(self, status: Status, verb: Callable[[Plan, Actor], Plan]) -> None:
        with pytest.raises(StepNotFound):
            verb(plan_of(work(2, status)), ANA)


class TestComment:
    @pytest.mark.parametrize("by", [ABC, DEF, ANA])
    @pytest.mark.parametrize("status", Status)
    def test_anyone_remarks_on_any_step(self, status: Status, by: Actor) -> None:
        plan = comment(plan_of(work(1, status)), 1, by=by, at=NOW, text="Mind the index.\r\nReally.")
        assert plan.step(1).comments == (Comment(at=NOW, by=str(by), text="Mind the index.\nReally."),)

    def test_a_session_says_no_more_than_a_journal_can_hold_and_a_person_may_always_answer(self) -> None:
        """Red without an end: every comment writes all before it again, and a loop of them fills any disk."""
        said = tuple(Comment(at=NOW, by=str(ABC), text="x" * 64 * 1024) for _ in range(4))
        plan = plan_of(replace(work(1), comments=said))
        with pytest.raises(TooLarge):
            comment(plan, 1, by=DEF, at=NOW, text="y")
        assert len(comment(plan, 1, by=ANA, at=NOW, text="y").step(1).comments) == 5

    def test_remarks_stand_in_their_order(self) -> None:
        plan = plan_of(FULL)
        told = comment(plan, 1, by=ABC, at=NOW + 1, text="I am.").step(1)
        assert [remark.text for remark in told.comments] == ["Careful.", "I am."]

    def test_a_remark_leaves_the_steps_revision_alone(self) -> None:
        plan = plan_of(work())
        told = saved(plan, comment(plan, 1, by=ABC, at=NOW, text="Hm."))
        assert (told.revision, told.step(1).revision) == (plan.revision + 1, plan.step(1).revision)

    def test_an_empty_remark_is_refused(self) -> None:
        with pytest.raises(NoteRequired, match="A comment needs a note"):
            comment(plan_of(work()), 1, by=ANA, at=NOW, text=" ")
