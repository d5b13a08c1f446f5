"""Who gets a step: claim, and what next chooses."""

import pytest
from msgspec.structs import replace

from plans.domain.actor import FILE, Actor
from plans.domain.errors import NotReady, NotYours, PersonOnly, SessionOnly, WrongState
from plans.domain.plan import Plan, PlanState
from plans.domain.step import Flag, Status
from plans.domain.verbs.working import claim, claimable, next_ready
from tests.domain.cast import ABC, ANA, DEF, all_but, gate, plan_of, work


class TestClaim:
    @pytest.mark.parametrize("owner", [None, ABC])
    def test_a_ready_step_goes_to_the_session_that_asks(self, owner: Actor | None) -> None:
        claimed = claim(plan_of(work(owner=owner)), 1, by=ABC).step(1)
        assert (claimed.status, claimed.owner, claimed.attempts) == (Status.IN_PROGRESS, "session-abc", 1)

    def test_a_step_whose_needs_are_completed_is_ready(self) -> None:
        plan = plan_of(work(1, Status.COMPLETED), work(2, Status.PENDING, 1))
        assert claim(plan, 2, by=ABC).step(2).status is Status.IN_PROGRESS

    def test_who_assigned_a_step_is_kept_when_its_owner_claims_it(self) -> None:
        by_ana = replace(work(owner=ABC), assigned_by=str(ANA))
        assert claim(plan_of(by_ana), 1, by=ABC).step(1).assigned_by == "person:ana"
        assert claim(plan_of(work()), 1, by=ABC).step(1).assigned_by == "session:session-abc"

    def test_claiming_clears_the_warning_and_the_peer_that_worked_on_it(self) -> None:
        odd = replace(work(owner=ABC), flag=Flag.REMOVED_BY_PEER, worker="session-def")
        claimed = claim(plan_of(odd), 1, by=ABC).step(1)
        assert (claimed.flag, claimed.worker) == (None, None)

    def test_claiming_again_changes_nothing(self) -> None:
        plan = claim(plan_of(work()), 1, by=ABC)
        assert claim(plan, 1, by=ABC) is plan

    def test_what_another_session_owns_is_refused_naming_it(self) -> None:
        with pytest.raises(NotYours, match="Step 1 is assigned to session-abc") as refused:
            claim(plan_of(work(1, Status.IN_PROGRESS)), 1, by=DEF)
        assert refused.value.facts() == {"step": 1, "owner": "session-abc"}

    def test_an_assigned_step_is_refused_to_others_before_it_is_started(self) -> None:
        with pytest.raises(NotYours):
            claim(plan_of(work(owner=ABC)), 1, by=DEF)

    def test_two_sessions_never_hold_the_same_step(self) -> None:
        plan = claim(plan_of(work()), 1, by=ABC)
        with pytest.raises(NotYours):
            claim(plan, 1, by=DEF)

    @pytest.mark.parametrize("by", [ANA, FILE])
    def test_only_a_session_claims(self, by: Actor) -> None:
        with pytest.raises(SessionOnly, match="Only a session may claim a step"):
            claim(plan_of(work()), 1, by=by)

    def test_a_gate_is_never_claimed(self) -> None:
        with pytest.raises(PersonOnly, match="Only a person may pass a gate"):
            claim(plan_of(gate()), 1, by=ABC)

    @pytest.mark.parametrize("status", all_but(Status.PENDING, Status.IN_PROGRESS))
    def test_a_step_in_any_other_state_is_refused(self, status: Status) -> None:
        with pytest.raises(WrongState, match="cannot be claimed") as refused:
            claim(plan_of(work(1, status, owner=ABC)), 1, by=ABC)
        assert refused.value.facts() == {"step": 1, "status": status}

    def test_a_started_step_that_nobody_owns_is_refused(self) -> None:
        with pytest.raises(WrongState):
            claim(plan_of(replace(work(1, Status.IN_PROGRESS), owner=None)), 1, by=ABC)

    @pytest.mark.parametrize("need", all_but(Status.COMPLETED))
    def test_open_needs_are_named(self, need: Status) -> None:
        plan = plan_of(work(1, need), work(2, Status.COMPLETED), work(3, Status.PENDING, 2, 1))
        with pytest.raises(NotReady, match="Step 3 is not ready: it waits on 1") as refused:
            claim(plan, 3, by=ABC)
        assert refused.value.facts() == {"step": 3, "waits_on": [1]}

    def test_a_removed_need_is_never_completed(self) -> None:
        plan = replace(plan_of(work(2, Status.PENDING, 1)), removed=(1,))
        with pytest.raises(NotReady):
            claim(plan, 2, by=ABC)

    @pytest.mark.parametrize("state", [PlanState.DRAFT, PlanState.ABORTED])
    def test_a_plan_that_hands_out_no_work_says_so(self, state: PlanState) -> None:
        plan = replace(plan_of(work()), stored_state=state)
        with pytest.raises(NotReady, match=f"The plan is {state}"):
            claim(plan, 1, by=ABC)

    def test_an_archived_plan_hands_out_nothing(self) -> None:
        with pytest.raises(NotReady, match="The plan is archived"):
            claim(replace(plan_of(work()), archived=True), 1, by=ABC)


class TestNext:
    def test_own_steps_come_before_unowned_ones(self) -> None:
        plan = plan_of(work(1), work(2, owner=DEF), work(3, owner=ABC))
        assert chosen(plan, ABC) == 3

    def test_unowned_steps_come_in_plan_order(self) -> None:
        assert chosen(plan_of(work(5), work(2)), ABC) == 5

    def test_gates_waiting_steps_and_those_of_others_are_passed_over(self) -> None:
        plan = plan_of(gate(1), work(2, Status.PENDING, 1), work(3, owner=DEF), work(4, Status.FAILED))
        assert chosen(plan, ABC) is None

    @pytest.mark.parametrize(
        "plan",
        [
            replace(plan_of(work()), stored_state=PlanState.DRAFT),
            replace(plan_of(work()), stored_state=PlanState.ABORTED),
            replace(plan_of(work()), archived=True),
        ],
    )
    def test_a_draft_an_aborted_and_an_archived_plan_give_nothing(self, plan: Plan) -> None:
        assert chosen(plan, ABC) is None

    def test_who_is_no_session_is_told_what_any_session_may_claim(self) -> None:
        plan = plan_of(work(1), work(2, owner=DEF), gate(3), work(4, Status.PENDING, 1))
        assert [numbers(plan, by) for by in (ABC, DEF, ANA, None)] == [[1], [1, 2], [1, 2], [1, 2]]
        assert numbers(replace(plan, stored_state=PlanState.DRAFT), None) == []

    def test_what_next_chooses_can_be_claimed(self) -> None:
        plan = plan_of(work(1, Status.IN_PROGRESS), gate(2), work(3))
        assert claim(plan, chosen(plan, DEF) or 0, by=DEF).step(3).owner == "session-def"


def numbers(plan: Plan, by: Actor | None) -> list[int]:
    return [step.number for step in claimable(plan, by=by)]


def chosen(plan: Plan, by: Actor) -> int | None:
    step = next_ready(plan, by=by)
    return step.number if step else None
