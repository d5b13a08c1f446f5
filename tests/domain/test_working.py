"""What sessions do with steps they hold: say, complete, fail, release; what a person does instead."""

import pytest
from msgspec.structs import replace

from plans.domain.actor import FILE, Actor
from plans.domain.errors import NotYours, PersonOnly, StepNotFound, TooLarge, WrongState
from plans.domain.plan import Plan
from plans.domain.step import Flag, Progress, RequestKind, Status, Step
from plans.domain.verbs.working import complete, fail, force_complete, release, say
from tests.domain.cast import ABC, ANA, DEF, FULL, NOW, all_but, asked, gate, held, plan_of, work

OPEN_AT_WORK = (Status.IN_PROGRESS, Status.BLOCKED)


class TestSay:
    def test_activity_and_progress_are_recorded(self) -> None:
        told = say(
            plan_of(work(1, Status.IN_PROGRESS)), 1, by=ABC, active_form=" a\nb ", progress=Progress(1, 2)
        )
        assert (told.step(1).active_form, told.step(1).progress) == ("a b", Progress(1, 2))

    def test_what_is_not_said_stays(self) -> None:
        plan = plan_of(FULL)
        assert say(plan, 1, by=ABC) is plan
        assert say(plan, 1, by=ABC, active_form="on").step(1).progress == FULL.progress

    def test_the_peer_that_works_on_it_may_report(self) -> None:
        assert say(plan_of(FULL), 1, by=DEF, active_form="on").step(1).active_form == "on"

    def test_an_overlong_activity_is_refused(self) -> None:
        with pytest.raises(TooLarge, match="The activity has 201 bytes"):
            say(plan_of(FULL), 1, by=ABC, active_form="x" * 201)


class TestComplete:
    def test_the_owner_finishes_its_step(self) -> None:
        finished = complete(plan_of(work(1, Status.IN_PROGRESS)), 1, by=ABC, at=NOW).step(1)
        assert (finished.status, finished.request, finished.owner) == (Status.COMPLETED, None, "session-abc")

    def test_a_reviewed_step_waits_for_a_person(self) -> None:
        finished = complete(plan_of(FULL, revision=10), 1, by=ABC, at=NOW).step(1)
        assert finished.status is Status.IN_REVIEW
        assert finished.decision is None
        assert finished.request is not None
        assert (finished.request.kind, finished.request.id) == (RequestKind.REVIEW, 11)
        assert (finished.request.by, finished.request.at) == ("session:session-abc", NOW)

    def test_the_peer_that_works_on_it_may_finish_it(self) -> None:
        step = replace(work(1, Status.IN_PROGRESS), worker="session-def")
        finished = complete(plan_of(step), 1, by=DEF, at=NOW).step(1)
        assert (finished.status, finished.worker, finished.owner) == (Status.COMPLETED, None, "session-abc")


@pytest.mark.parametrize("verb", ["say", "complete"])
class TestOnlyItsWorker:
    @pytest.mark.parametrize("by", [DEF, ANA, FILE])
    def test_anybody_else_is_refused(self, verb: str, by: Actor) -> None:
        with pytest.raises(NotYours):
            self.act(verb, work(1, Status.IN_PROGRESS), by=by)

    @pytest.mark.parametrize("status", all_but(Status.IN_PROGRESS))
    def test_only_in_progress(self, verb: str, status: Status) -> None:
        with pytest.raises(WrongState, match=f"Step 1 is {status.replace('_', ' ')}"):
            self.act(verb, work(1, status, owner=ABC), by=ABC)

    def test_what_has_not_begun_is_to_be_claimed_first(self, verb: str) -> None:
        """An answer to what was asked early begins no step; the advice was to look again."""
        with pytest.raises(WrongState) as refused:
            self.act(verb, work(1, Status.PENDING, owner=ABC), by=ABC)
        assert refused.value.advice == "Claim it first, once it is ready."
        with pytest.raises(WrongState) as refused:
            self.act(verb, work(1, Status.COMPLETED, owner=ABC), by=ABC)
        assert refused.value.advice == WrongState.advice

    def test_an_unknown_step_is_not_found(self, verb: str) -> None:
        with pytest.raises(StepNotFound, match="There is no step 1 in this plan"):
            self.act(verb, work(2), by=ABC)

    @staticmethod
    def act(verb: str, step: Step, *, by: Actor) -> Plan:
        if verb == "say":
            return say(plan_of(step), 1, by=by, active_form="on")
        return complete(plan_of(step), 1, by=by, at=NOW)


class TestForceComplete:
    @pytest.mark.parametrize("status", [Status.PENDING, Status.IN_PROGRESS, Status.BLOCKED, Status.IN_REVIEW])
    def test_a_person_finishes_any_open_step_and_its_request_is_withdrawn(self, status: Status) -> None:
        step = replace(work(1, status), flag=Flag.FINISHED_WITHOUT_APPROVAL, worker="session-def")
        forced = force_complete(plan_of(step), 1, by=ANA).step(1)
        assert (forced.status, forced.request, forced.flag, forced.worker) == (
            Status.COMPLETED,
            None,
            None,
            None,
        )

    @pytest.mark.parametrize("by", [ABC, FILE])
    def test_nobody_else_forces(self, by: Actor) -> None:
        with pytest.raises(PersonOnly):
            force_complete(plan_of(work(1, Status.IN_PROGRESS)), 1, by=by)

    @pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
    def test_a_closed_step_is_refused(self, status: Status) -> None:
        with pytest.raises(WrongState):
            force_complete(plan_of(work(1, status)), 1, by=ANA)

    def test_a_gate_is_approved_not_forced(self) -> None:
        with pytest.raises(WrongState, match="Step 1 is a gate") as refused:
            force_complete(plan_of(gate()), 1, by=ANA)
        assert refused.value.advice == "Approve the gate instead."


class TestFail:
    @pytest.mark.parametrize("by", [ABC, ANA])
    @pytest.mark.parametrize("status", OPEN_AT_WORK)
    def test_the_owner_and_a_person_give_a_step_up(self, status: Status, by: Actor) -> None:
        step = replace(work(1, status), flag=Flag.REMOVED_BY_PEER, worker="session-def")
        failed = fail(plan_of(step), 1, by=by, reason="No access.\r\nSorry.").step(1)
        assert (failed.status, failed.reason) == (Status.FAILED, "No access.\nSorry.")
        assert (failed.request, failed.flag, failed.worker) == (None, None, None)

    def test_the_reason_has_its_limit(self) -> None:
        with pytest.raises(TooLarge):
            fail(plan_of(work(1, Status.IN_PROGRESS)), 1, by=ABC, reason="x" * (64 * 1024 + 1))


class TestRelease:
    @pytest.mark.parametrize("by", [ABC, ANA])
    @pytest.mark.parametrize("status", OPEN_AT_WORK)
    def test_a_step_goes_back_for_anyone_and_its_request_is_withdrawn(
        self, status: Status, by: Actor
    ) -> None:
        step = replace(FULL, status=status, request=asked(status), decision=None)
        freed = release(plan_of(step), 1, by=by).step(1)
        assert (freed.status, freed.owner, freed.assigned_by) == (Status.PENDING, None, "")
        assert (freed.request, freed.active_form, freed.progress, freed.worker) == (None, None, None, None)

    def test_an_answered_request_stays_beside_its_decision(self) -> None:
        freed = release(plan_of(FULL), 1, by=ABC).step(1)
        assert (freed.request, freed.decision) == (FULL.request, FULL.decision)

    def test_a_session_cannot_shake_off_a_persons_hold(self) -> None:
        with pytest.raises(PersonOnly, match="release a step that a person holds"):
            release(plan_of(held()), 1, by=ABC)
        assert release(plan_of(held()), 1, by=ANA).step(1).request is None

    def test_a_hold_that_was_answered_binds_nobody(self) -> None:
        answered = replace(held(), status=Status.IN_PROGRESS)
        assert release(plan_of(answered), 1, by=ABC).step(1).owner is None


@pytest.mark.parametrize("verb", ["fail", "release"])
class TestGivingUp:
    @pytest.mark.parametrize("by", [DEF, FILE])
    def test_strangers_are_refused(self, verb: str, by: Actor) -> None:
        with pytest.raises(NotYours, match="Step 1 is assigned to session-abc"):
            self.act(verb, work(1, Status.IN_PROGRESS), by=by)

    def test_what_nobody_owns_is_not_yours_either(self, verb: str) -> None:
        with pytest.raises(NotYours, match="Step 1 is not assigned to you"):
            self.act(verb, work(), by=ABC)

    @pytest.mark.parametrize("by", [ABC, ANA])
    @pytest.mark.parametrize("status", all_but(*OPEN_AT_WORK))
    def test_only_a_started_or_blocked_step(self, verb: str, status: Status, by: Actor) -> None:
        with pytest.raises(WrongState):
            self.act(verb, work(1, status, owner=ABC), by=by)

    @staticmethod
    def act(verb: str, step: Step, *, by: Actor) -> Plan:
        if verb == "fail":
            return fail(plan_of(step), 1, by=by, reason="no")
        return release(plan_of(step), 1, by=by)
