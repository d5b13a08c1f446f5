"""Asking and answering: block, approve, reject, reply, and taking a decision back."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from plans.domain.actor import FILE, Actor
from plans.domain.errors import (
    NoteRequired,
    NotYours,
    PersonOnly,
    StepNotFound,
    TooLarge,
    WrongInput,
    WrongState,
)
from plans.domain.plan import Plan
from plans.domain.sealing import text_hash
from plans.domain.step import Decision, Flag, Request, RequestKind, Risk, Status, Step, Verdict
from plans.domain.verbs.deciding import approve, block, reject, reply
from tests.domain.cast import ABC, ANA, BEN, DEF, FULL, NOW, all_but, gate, held, plan_of, work

ASKING = (Status.BLOCKED, Status.IN_REVIEW)


def ask(
    plan: Plan,
    *,
    by: Actor = ABC,
    kind: RequestKind = RequestKind.APPROVAL,
    text: str = "May I?",
    risk: Risk | None = None,
) -> Plan:
    return block(plan, 1, by=by, at=NOW, kind=kind, text=text, risk=risk)


class TestBlock:
    @pytest.mark.parametrize("kind", [RequestKind.APPROVAL, RequestKind.INPUT, RequestKind.PROBLEM])
    @pytest.mark.parametrize("status", [Status.PENDING, Status.IN_PROGRESS])
    def test_the_owner_asks_and_the_request_remembers_where_the_step_was(
        self, status: Status, kind: RequestKind
    ) -> None:
        step = ask(plan_of(work(1, status, owner=ABC)), kind=kind).step(1)
        assert step.status is Status.BLOCKED
        assert step.request == Request(
            id=11, kind=kind, text="May I?", by="session:session-abc", at=NOW, came_from=status
        )

    def test_a_request_is_known_by_the_revision_that_asked(self) -> None:
        request = ask(plan_of(work(owner=ABC), revision=41)).step(1).request
        assert request is not None
        assert request.id == 42

    def test_asking_again_clears_the_earlier_decision_and_warning(self) -> None:
        step = ask(plan_of(replace(FULL, flag=Flag.REMOVED_BY_PEER))).step(1)
        assert (step.decision, step.flag) == (None, None)

    def test_a_person_holds_a_step_of_anybody(self) -> None:
        request = ask(plan_of(work(1, Status.IN_PROGRESS)), by=ANA).step(1).request
        assert request is not None
        assert (request.kind, request.by) == (RequestKind.HOLD, "person:ana")

    @pytest.mark.parametrize("kind", [RequestKind.HOLD, RequestKind.REVIEW])
    def test_a_session_cannot_speak_as_a_person_or_as_a_finished_result(self, kind: RequestKind) -> None:
        with pytest.raises(WrongInput, match=f"A session cannot block a step with a {kind}"):
            ask(plan_of(work(1, Status.IN_PROGRESS)), kind=kind)

    @pytest.mark.parametrize("by", [DEF, FILE])
    def test_nobody_else_blocks_it(self, by: Actor) -> None:
        with pytest.raises(NotYours, match="Step 1 is assigned to session-abc"):
            ask(plan_of(work(1, Status.IN_PROGRESS)), by=by)

    @pytest.mark.parametrize("by", [ABC, ANA])
    @pytest.mark.parametrize("status", all_but(Status.PENDING, Status.IN_PROGRESS))
    def test_only_a_pending_or_started_step(self, status: Status, by: Actor) -> None:
        with pytest.raises(WrongState, match="cannot be blocked"):
            ask(plan_of(work(1, status, owner=ABC)), by=by)

    def test_a_gate_asks_by_itself(self) -> None:
        with pytest.raises(WrongState, match="Step 1 is a gate"):
            ask(plan_of(gate()), by=ANA)

    def test_it_must_say_what_it_asks(self) -> None:
        with pytest.raises(NoteRequired, match="Blocking a step needs a note"):
            ask(plan_of(work(owner=ABC)), text=" \n")

    def test_the_text_has_its_limit(self) -> None:
        with pytest.raises(TooLarge):
            ask(plan_of(work(owner=ABC)), text="x" * (64 * 1024 + 1))

    @pytest.mark.parametrize(
        ("said", "kept"),
        [
            (None, Risk.PRODUCTION),
            (Risk.NORMAL, Risk.PRODUCTION),
            (Risk.PRODUCTION, Risk.PRODUCTION),
            (Risk.IRREVERSIBLE, Risk.IRREVERSIBLE),
        ],
    )
    def test_a_request_may_raise_the_risk_never_lower_it(self, said: Risk | None, kept: Risk) -> None:
        risky = replace(work(owner=ABC), risk=Risk.PRODUCTION)
        assert ask(plan_of(risky), risk=said).step(1).risk is kept


class TestApprove:
    @pytest.mark.parametrize("came_from", [Status.PENDING, Status.IN_PROGRESS])
    def test_a_blocked_step_goes_on_where_it_was(self, came_from: Status) -> None:
        asking = ask(plan_of(work(1, came_from, owner=ABC)))
        step = yes(asking).step(1)
        assert (step.status, step.owner) == (came_from, "session-abc")
        assert step.request == asking.step(1).request

    def test_a_reviewed_step_is_completed(self) -> None:
        assert yes(plan_of(work(1, Status.IN_REVIEW))).step(1).status is Status.COMPLETED

    def test_a_ready_gate_is_completed(self) -> None:
        plan = plan_of(work(2, Status.COMPLETED), gate(1, Status.PENDING, 2))
        step = yes(plan).step(1)
        assert step.status is Status.COMPLETED
        assert step.decision is not None
        assert (step.decision.request, step.decision.undo_to) == (None, Status.PENDING)

    def test_the_decision_says_by_whom_when_and_for_which_revision(self) -> None:
        asking = work(1, Status.BLOCKED)
        step = approve(plan_of(asking), 1, by=BEN, at=NOW, note="Go.\r\nOn.", seen=7).step(1)
        assert step.decision == Decision(
            verdict=Verdict.APPROVED,
            by="person:ben",
            at=NOW,
            note="Go.\nOn.",
            request=9,
            revision=11,
            seen=7,
            undo_to=Status.BLOCKED,
            text=text_hash(asking),
        )

    def test_a_warning_is_dealt_with(self) -> None:
        odd = replace(work(1, Status.IN_REVIEW), flag=Flag.FINISHED_WITHOUT_APPROVAL)
        assert yes(plan_of(odd)).step(1).flag is None


class TestReject:
    @pytest.mark.parametrize("status", ASKING)
    def test_the_owner_gets_the_step_back_with_the_reason(self, status: Status) -> None:
        step = no(plan_of(work(1, status))).step(1)
        assert (step.status, step.owner) == (Status.IN_PROGRESS, "session-abc")
        assert step.decision is not None
        assert (step.decision.verdict, step.decision.note) == (Verdict.REJECTED, "Not yet.")

    def test_what_had_not_begun_waits_again_for_its_needs(self) -> None:
        waiting = plan_of(work(1, Status.PENDING, 2, owner=ABC), gate(2))
        asked, on_hold = ask(waiting, kind=RequestKind.INPUT), ask(waiting, by=ANA)
        for step in (no(asked).step(1), no(on_hold).step(1), answer(asked).step(1)):
            assert (step.status, step.owner) == (Status.PENDING, "session-abc")

    def test_what_nobody_owns_goes_back_to_the_pile(self) -> None:
        on_hold = ask(plan_of(work()), by=ANA)
        assert no(on_hold).step(1).status is Status.PENDING

    def test_a_gate_fails_for_the_reason(self) -> None:
        step = no(plan_of(gate())).step(1)
        assert (step.status, step.reason) == (Status.FAILED, "Not yet.")

    @pytest.mark.parametrize("step", [work(1, Status.BLOCKED), gate()])
    def test_a_no_needs_a_why(self, step: Step) -> None:
        with pytest.raises(NoteRequired, match="Rejecting needs a note"):
            reject(plan_of(step), 1, by=ANA, at=NOW, note=" ", seen=9)


class TestReply:
    @pytest.mark.parametrize("kind", [RequestKind.INPUT, RequestKind.PROBLEM])
    def test_the_session_goes_on_with_the_answer(self, kind: RequestKind) -> None:
        step = answer(ask(plan_of(work(1, Status.IN_PROGRESS)), kind=kind)).step(1)
        assert step.status is Status.IN_PROGRESS
        assert step.decision is not None
        assert (step.decision.verdict, step.decision.note) == (Verdict.REPLIED, "Use port 8080.")

    @pytest.mark.parametrize("step", [work(1, Status.BLOCKED), work(1, Status.IN_REVIEW), held(), gate()])
    def test_what_asks_for_a_yes_or_no_gets_one(self, step: Step) -> None:
        with pytest.raises(WrongState, match="not asking for input or help") as refused:
            answer(plan_of(step))
        assert refused.value.advice == "Approve or reject it instead."

    def test_an_answer_says_something(self) -> None:
        asking = ask(plan_of(work(1, Status.IN_PROGRESS)), kind=RequestKind.INPUT)
        with pytest.raises(NoteRequired, match="A reply needs a note"):
            reply(asking, 1, by=ANA, at=NOW, note="", seen=9)


def yes(plan: Plan, by: Actor = ANA) -> Plan:
    return approve(plan, 1, by=by, at=NOW, seen=9)


def no(plan: Plan, by: Actor = ANA) -> Plan:
    return reject(plan, 1, by=by, at=NOW, note="Not yet.", seen=9)


def answer(plan: Plan, by: Actor = ANA) -> Plan:
    return reply(plan, 1, by=by, at=NOW, note="Use port 8080.", seen=9)


@pytest.mark.parametrize("decide", [yes, no, answer])
class TestOnlyAPersonDecides:
    @pytest.mark.parametrize("by", [ABC, DEF, FILE])
    @pytest.mark.parametrize("step", [work(1, Status.BLOCKED), work(1, Status.IN_REVIEW), gate()])
    def test_no_agent_opens_a_gate_or_answers_a_request(
        self, decide: Callable[[Plan, Actor], Plan], step: Step, by: Actor
    ) -> None:
        with pytest.raises(PersonOnly, match="Only a person may open a gate or decide a request"):
            decide(plan_of(step), by)

    @pytest.mark.parametrize("status", all_but(*ASKING))
    def test_a_step_that_asks_nothing_is_refused(
        self, decide: Callable[[Plan, Actor], Plan], status: Status
    ) -> None:
        with pytest.raises(WrongState, match=f"Step 1 is {status.replace('_', ' ')}"):
            decide(plan_of(work(1, status)), ANA)

    @pytest.mark.parametrize("status", ASKING)
    def test_a_step_whose_request_is_gone_is_refused(
        self, decide: Callable[[Plan, Actor], Plan], status: Status
    ) -> None:
        with pytest.raises(WrongState):
            decide(plan_of(replace(work(1, status), request=None)), ANA)

    def test_a_request_that_was_answered_is_not_answered_twice(
        self, decide: Callable[[Plan, Actor], Plan]
    ) -> None:
        with pytest.raises(WrongState):
            decide(plan_of(FULL), ANA)

    @pytest.mark.parametrize("need", all_but(Status.COMPLETED))
    def test_a_gate_waits_for_its_needs(self, decide: Callable[[Plan, Actor], Plan], need: Status) -> None:
        plan = plan_of(work(2, need), gate(1, Status.PENDING, 2))
        with pytest.raises(WrongState, match="Step 1 is a gate that waits for its needs"):
            decide(plan, ANA)

    @pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.CANCELLED])
    def test_a_closed_gate_stays_closed(self, decide: Callable[[Plan, Actor], Plan], status: Status) -> None:
        with pytest.raises(WrongState, match=f"Step 1 is {status}"):
            decide(plan_of(gate(1, status)), ANA)

    def test_an_unknown_step_is_not_found(self, decide: Callable[[Plan, Actor], Plan]) -> None:
        with pytest.raises(StepNotFound):
            decide(plan_of(work(2)), ANA)
