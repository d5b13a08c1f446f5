"""Taking a decision back, while nothing has touched the step since."""

from collections.abc import Callable
from typing import cast

import pytest
from msgspec.structs import replace

from plans.domain.actor import FILE, Actor
from plans.domain.errors import PersonOnly, WrongState
from plans.domain.plan import Plan
from plans.domain.revision import fold
from plans.domain.step import Flag, RequestKind, Status, Step
from plans.domain.verbs.assigning import comment
from plans.domain.verbs.deciding import approve, block, reject, reply, undo
from plans.domain.verbs.shaping import edit
from plans.domain.verbs.working import claim, say
from tests.domain.cast import ABC, ANA, BEN, NOW, gate, line_between, plan_of, saved, work
from tests.domain.walks import through_json


def approved(step: Step) -> Plan:
    plan = plan_of(step)
    return saved(plan, approve(plan, 1, by=ANA, at=NOW, seen=9))


def rejected(step: Step) -> Plan:
    plan = plan_of(step)
    return saved(plan, reject(plan, 1, by=ANA, at=NOW, note="No.", seen=9))


@pytest.mark.parametrize("decide", [approved, rejected])
@pytest.mark.parametrize("step", [work(1, Status.BLOCKED), work(1, Status.IN_REVIEW), gate()])
def test_the_step_asks_again_as_it_did_before(decide: Callable[[Step], Plan], step: Step) -> None:
    again = undo(decide(step), 1, by=BEN).step(1)
    assert (again.status, again.request, again.decision, again.reason) == (
        step.status,
        step.request,
        None,
        "",
    )


@pytest.mark.parametrize("decide", [approved, rejected])
@pytest.mark.parametrize("flag", [None, *Flag])
def test_a_warning_that_the_decision_took_away_is_there_again(
    decide: Callable[[Step], Plan], flag: Flag | None
) -> None:
    decided = decide(replace(gate(), flag=flag))
    assert decided.step(1).flag is None
    assert undo(decided, 1, by=ANA).step(1).flag is flag


def test_a_decision_of_before_warnings_were_kept_is_taken_back() -> None:
    line = through_json(line_between(plan_of(gate()), approved(gate())))
    assert "flag" not in cast("dict[str, object]", (line.set["1"] or {})["decision"])
    assert undo(fold(plan_of(gate()), line), 1, by=ANA).step(1).flag is None


def test_a_reply_can_be_taken_back() -> None:
    plan = plan_of(work(1, Status.IN_PROGRESS))
    plan = saved(plan, block(plan, 1, by=ABC, at=NOW, kind=RequestKind.INPUT, text="Which port?"))
    plan = saved(plan, reply(plan, 1, by=ANA, at=NOW, note="8080", seen=11))
    assert undo(plan, 1, by=ANA).step(1).asks


def test_after_taking_it_back_another_decision_can_be_made() -> None:
    plan = approved(work(1, Status.BLOCKED))
    plan = saved(plan, undo(plan, 1, by=ANA))
    assert reject(plan, 1, by=ANA, at=NOW, note="No.", seen=12).step(1).decision is not None


@pytest.mark.parametrize(
    "then",
    [
        lambda plan: say(plan, 1, by=ABC, active_form="going on"),
        lambda plan: comment(plan, 1, by=ABC, at=NOW, text="Thanks."),
        lambda plan: edit(plan, 2, by=ANA, title="Another step"),
    ],
)
def test_reports_remarks_and_other_steps_do_not_stand_in_the_way(then: Callable[[Plan], Plan]) -> None:
    plan = plan_of(work(1, Status.BLOCKED), work(2))
    plan = saved(plan, approve(plan, 1, by=ANA, at=NOW, seen=9))
    plan = saved(plan, then(plan))
    assert undo(plan, 1, by=ANA).step(1).status is Status.BLOCKED


@pytest.mark.parametrize(
    "then",
    [
        lambda plan: edit(plan, 1, by=ABC, notes="Done as you said."),
        lambda plan: claim(plan, 1, by=ABC),
    ],
)
def test_once_the_step_went_on_the_decision_stands(then: Callable[[Plan], Plan]) -> None:
    plan = plan_of(work(1, Status.PENDING, owner=ABC))
    plan = saved(plan, block(plan, 1, by=ABC, at=NOW, kind=RequestKind.APPROVAL, text="May I?"))
    plan = saved(plan, approve(plan, 1, by=ANA, at=NOW, seen=11))
    plan = saved(plan, then(plan))
    with pytest.raises(WrongState, match="Step 1 is no longer as it was decided") as refused:
        undo(plan, 1, by=ANA)
    assert "put it on hold" in refused.value.advice


@pytest.mark.parametrize("status", Status)
def test_where_nothing_was_decided_nothing_is_undone(status: Status) -> None:
    with pytest.raises(WrongState):
        undo(plan_of(work(1, status)), 1, by=ANA)


def test_it_is_not_undone_twice() -> None:
    plan = approved(gate())
    plan = saved(plan, undo(plan, 1, by=ANA))
    with pytest.raises(WrongState):
        undo(plan, 1, by=ANA)


@pytest.mark.parametrize("by", [ABC, FILE])
def test_only_a_person_undoes(by: Actor) -> None:
    with pytest.raises(PersonOnly, match="Only a person may undo a decision"):
        undo(approved(gate()), 1, by=by)
