"""Which lines need a person's signature, over what, and what is left of one that has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from plans.domain.actor import Actor
from plans.domain.errors import PersonOnly, WrongState
from plans.domain.graph import open_needs
from plans.domain.history import sentence
from plans.domain.picture import picture_of
from plans.domain.queue import Reason, asking_plan, queue
from plans.domain.revision import Line, fold, fold_all
from plans.domain.sealing import Place, defused, is_other_text, openings, statement, text_hash
from plans.domain.standing import Column, standings
from plans.domain.step import Flag, Kind, RequestKind, Review, Risk, Status, Step
from plans.domain.verbs import assigning, deciding, working
from tests.domain.cast import ABC, ANA, NOW, asked, gate, held, plan_of, work
from tests.domain.walks import Wish, walked, walks

if TYPE_CHECKING:
    from plans.domain.plan import Plan

law = settings(max_examples=50)
HERE = Place("payments.ledger", "e1")


def steps_of(plan: Plan) -> dict[int, Step]:
    return {step.number: step for step in plan.steps}


def opened(plan: Plan, line: Line) -> tuple[int, ...]:
    return openings(line, steps_of(plan), used=plan.removed)


def line_of(plan: Plan, values: dict[int, dict[str, object] | None], verb: str = "edit") -> Line:
    return Line(
        rev=plan.revision + 1,
        at=NOW,
        by="session:session-abc",
        verb=verb,
        step=next(iter(values)),
        set={str(number): new for number, new in values.items()},
        was={str(number): {} for number in values},
    )


class TestLaws:
    @law
    @given(walks)
    def test_no_session_ever_needs_a_signature(self, walk: list[Wish]) -> None:
        for leg in walked(walk):
            if leg.line is not None and not Actor.parse(leg.line.by).is_person:
                assert opened(leg.before, leg.line) == ()

    @law
    @given(walks)
    def test_what_is_left_of_a_line_opens_nothing(self, walk: list[Wish]) -> None:
        for leg in walked(walk):
            if leg.line is None or not (numbers := opened(leg.before, leg.line)):
                continue
            left = fold(leg.before, defused(leg.line, numbers, steps_of(leg.before)))
            for number in numbers:
                before, after = steps_of(leg.before).get(number), steps_of(left).get(number)
                if before is not None and after is not None:
                    assert (after.status, after.decision, after.review, after.needs, after.kind) == (
                        before.status,
                        before.decision,
                        before.review,
                        before.needs,
                        before.kind,
                    )
                assert after is None or after.flag is Flag.FORGED

    @law
    @given(walks)
    def test_judging_with_trust_in_everybody_changes_nothing(self, walk: list[Wish]) -> None:
        legs = walked(walk)
        lines = [leg.line for leg in legs if leg.line is not None]
        seen: list[Line] = []

        def judge(line: Line, _steps: object, _removed: object) -> Line:
            seen.append(line)
            return line

        start = legs[0].before
        assert fold_all(start, lines, judge) == fold_all(start, lines)
        assert seen == lines


class TestWhatOpens:
    @pytest.mark.parametrize(
        ("step", "values"),
        [
            (gate(), {"status": "completed"}),
            (gate(), {"kind": "work"}),
            (replace(work(), review=Review.REQUIRED), {"status": "completed"}),
            (replace(work(), review=Review.REQUIRED), {"review": "none"}),
            (work(1, Status.BLOCKED), {"status": "in_progress"}),
            (work(1, Status.BLOCKED), {"status": "completed"}),
            (work(1, Status.IN_REVIEW), {"status": "in_progress"}),
            (work(1, Status.PENDING, 2), {"needs": []}),
            (work(1, Status.PENDING, 2), {"needs": "odd"}),
            (held(), {"status": "pending"}),
            (held(), {"request": None}),
            (replace(work(), flag=Flag.FORGED), {"flag": None}),
            (work(), {"decision": {"verdict": "approved"}}),
        ],
    )
    def test_only_a_person_may(self, step: Step, values: dict[str, object]) -> None:
        plan = plan_of(step, work(2))
        assert opened(plan, line_of(plan, {1: values})) == (1,)

    @pytest.mark.parametrize(
        ("step", "values"),
        [
            (gate(), {"status": "failed"}),
            (gate(1, Status.COMPLETED), {"status": "completed"}),
            (work(1, Status.IN_PROGRESS), {"status": "completed"}),
            (work(1, Status.BLOCKED), {"status": "pending", "request": None}),
            (work(1, Status.BLOCKED), {"title": "Other"}),
            (held(), {"status": "failed", "request": None}),
            (work(), {"needs": [2]}),
            (work(), {"decision": None}),
            (work(), None),
        ],
    )
    def test_anybody_may(self, step: Step, values: dict[str, object] | None) -> None:
        plan = plan_of(step, work(2))
        assert opened(plan, line_of(plan, {1: values})) == ()

    @pytest.mark.parametrize(
        ("values", "numbers"),
        [
            ({"title": "New", "kind": "gate"}, ()),
            ({"title": "New", "status": "completed"}, ()),
            ({"title": "New", "kind": "gate", "status": "completed"}, (3,)),
            ({"title": "New", "review": "required", "status": "completed"}, (3,)),
        ],
    )
    def test_a_new_step_starts_open_only_by_a_person(
        self, values: dict[str, object], numbers: tuple[int, ...]
    ) -> None:
        plan = plan_of(work(1))
        assert opened(plan, line_of(plan, {3: values})) == numbers
        back = replace(plan, removed=(3,))
        assert opened(back, line_of(back, {3: values})) == (3,)

    def test_who_says_that_somebody_answered_opens_something(self) -> None:
        plan = plan_of(work(1))
        assert opened(plan, line_of(plan, {1: {"notes": "x"}}, "approve")) == (1,)
        assert opened(plan, replace(line_of(plan, {1: {"notes": "x"}}, "reply"), step=None)) == ()


class TestWhatIsLeft:
    def test_the_rest_of_the_line_counts(self) -> None:
        plan = plan_of(gate(), work(2, Status.PENDING, 1))
        line = replace(line_of(plan, {1: {"status": "completed", "notes": "x"}, 2: {"notes": "y"}}), core="c")
        left = defused(line, (1,), steps_of(plan))
        now = fold(plan, left)
        assert (now.step(1).status, now.step(1).notes, now.step(2).notes) == (Status.PENDING, "x", "y")
        assert (now.step(1).flag, left.forged, left.core) == (Flag.FORGED, (1,), None)
        assert open_needs(now, now.step(2)) == (1,)

    def test_a_new_gate_stays_a_gate(self) -> None:
        plan = plan_of(work(1))
        line = line_of(plan, {2: {"title": "New", "kind": "gate", "status": "completed", "needs": [1]}})
        step = fold(plan, defused(replace(line, was={"2": None}), (2,), steps_of(plan))).step(2)
        assert (step.kind, step.status, step.needs) == (Kind.GATE, Status.PENDING, (1,))

    def test_a_claimed_answer_about_nothing_is_only_flagged(self) -> None:
        plan = plan_of(work(1))
        gone = line_of(plan, {1: None}, "approve")
        assert fold(plan, defused(gone, opened(plan, gone), steps_of(plan))).step(1).flag is Flag.FORGED
        nowhere = replace(line_of(plan, {1: {}}, "approve"), step=9)
        assert "9" not in defused(nowhere, opened(plan, nowhere), steps_of(plan)).set

    def test_history_says_that_nobody_signed(self) -> None:
        plan = plan_of(gate())
        line = replace(line_of(plan, {1: {"status": "completed"}}, "approve"), by="person:ana")
        left = defused(line, (1,), steps_of(plan))
        assert sentence(left) == "ana allegedly (nobody signed it) approved step 1"


class TestTheStatement:
    def test_everything_that_was_seen_is_in_it(self) -> None:
        plan = plan_of(work(1, Status.BLOCKED))
        line = replace(line_of(plan, {1: {"status": "in_progress"}}), by="person:ana")
        words = [
            statement(line, steps_of(plan), numbers=(1,), place=HERE),
            statement(line, steps_of(plan), numbers=(1,), place=replace(HERE, epoch="e2")),
            statement(line, steps_of(plan), numbers=(1,), place=replace(HERE, namespace="other")),
            statement(replace(line, rev=99), steps_of(plan), numbers=(1,), place=HERE),
            statement(replace(line, by="person:ben"), steps_of(plan), numbers=(1,), place=HERE),
            statement(replace(line, verb="reject"), steps_of(plan), numbers=(1,), place=HERE),
            statement(replace(line, set={"1": {}}), steps_of(plan), numbers=(1,), place=HERE),
            statement(line, {1: replace(plan.step(1), title="Other")}, numbers=(1,), place=HERE),
        ]
        assert len(set(words)) == len(words)

    def test_the_text_is_all_that_a_person_reads(self) -> None:
        step = work(1, Status.BLOCKED)
        assert step.request is not None
        others = [
            replace(step, title="Other"),
            replace(step, notes="More"),
            replace(step, risk=Risk.PRODUCTION),
            replace(step, kind=Kind.GATE),
            replace(step, request=None),
            replace(step, request=replace(step.request, text="Other?")),
            replace(step, request=replace(step.request, by="session:x")),
        ]
        assert len({text_hash(one) for one in (step, *others)}) == len(others) + 1
        assert text_hash(replace(step, owner="x", active_form="y", phase="z")) == text_hash(step)

    def test_text_that_changed_since_is_other_text(self) -> None:
        plan = deciding.approve(plan_of(work(1, Status.BLOCKED)), 1, by=ANA, at=NOW, seen=9)
        step = plan.step(1)
        assert not is_other_text(step)
        assert is_other_text(replace(step, notes="Wipe the disks"))
        assert not is_other_text(replace(step, notes="x", request=asked(Status.IN_REVIEW), decision=None))
        assert not is_other_text(replace(step, notes="x", request=None))


class TestTheMark:
    def forged(self, step: Step) -> Plan:
        return plan_of(replace(step, flag=Flag.FORGED))

    def test_sessions_leave_it_and_people_take_it_away(self) -> None:
        for by, flag in ((ABC, Flag.FORGED), (ANA, None)):
            running = self.forged(work(1, Status.IN_PROGRESS))
            assert working.release(running, 1, by=by).step(1).flag is flag
            assert working.fail(running, 1, by=by, reason="x").step(1).flag is flag
            block = deciding.block(running, 1, by=by, at=NOW, kind=RequestKind.APPROVAL, text="?")
            assert block.step(1).flag is flag
        assert working.claim(self.forged(work(1)), 1, by=ABC).step(1).flag is Flag.FORGED

    def test_a_person_dismisses_it(self) -> None:
        assert assigning.dismiss(self.forged(gate()), 1, by=ANA).step(1).flag is None
        with pytest.raises(PersonOnly):
            assigning.dismiss(self.forged(gate()), 1, by=ABC)
        with pytest.raises(WrongState):
            assigning.dismiss(plan_of(gate()), 1, by=ANA)

    @pytest.mark.parametrize(
        ("step", "reason"),
        [
            (gate(1), Reason.GATE),
            (gate(1, Status.PENDING, 2), Reason.FORGED),
            (work(1, Status.IN_PROGRESS), Reason.FORGED),
            (work(1, Status.BLOCKED), Reason.APPROVAL),
        ],
    )
    def test_it_needs_a_person_while_the_step_is_open(self, step: Step, reason: Reason) -> None:
        plan = plan_of(replace(step, flag=Flag.FORGED), work(2))
        assert standings(plan)[1].column is Column.ASK
        (ask,) = queue([asking_plan(picture_of(plan), now=NOW)])
        assert (ask.step.number, ask.reason) == (1, reason)
        closed = plan_of(replace(step, flag=Flag.FORGED, status=Status.CANCELLED), work(2))
        assert standings(closed)[1].column is Column.DONE
