from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.domain.actor import person
from plans.domain.errors import PlanError, WrongState
from plans.domain.plan import Plan
from plans.domain.step import Decision, Kind, Request, RequestKind, Status, Step, Verdict
from plans.domain.verbs import assigning, deciding, working
from plans.web.allowed import verbs

ADA = person("ada")

DEEDS: dict[str, Callable[[Plan], Plan]] = {
    "approve": lambda plan: deciding.approve(plan, 1, by=ADA, at=1, seen=1),
    "reject": lambda plan: deciding.reject(plan, 1, by=ADA, at=1, note="no", seen=1),
    "reply": lambda plan: deciding.reply(plan, 1, by=ADA, at=1, note="so", seen=1),
    "undo": lambda plan: deciding.undo(plan, 1, by=ADA),
    "hold": lambda plan: deciding.block(plan, 1, by=ADA, at=1, kind=RequestKind.HOLD, text="wait"),
    "reassign": lambda plan: assigning.reassign(plan, 1, by=ADA, owner="session-def"),
    "release": lambda plan: working.release(plan, 1, by=ADA),
    "fail": lambda plan: working.fail(plan, 1, by=ADA, reason="no"),
    "complete": lambda plan: working.force_complete(plan, 1, by=ADA),
    "cancel": lambda plan: assigning.cancel(plan, 1, by=ADA),
    "retry": lambda plan: assigning.retry(plan, 1, by=ADA),
}


def asked(kind: RequestKind) -> Request:
    return Request(id=1, kind=kind, text="May I?", by="session:abc", at=1, came_from=Status.IN_PROGRESS)


DECIDED = Decision(
    verdict=Verdict.APPROVED, by="person:ada", at=1, revision=2, seen=1, undo_to=Status.BLOCKED
)
STEPS = st.builds(
    Step,
    number=st.just(1),
    title=st.just("a"),
    status=st.sampled_from(Status),
    kind=st.sampled_from(Kind),
    needs=st.sampled_from([(), (2,)]),
    owner=st.sampled_from([None, "abc"]),
    request=st.none() | st.sampled_from(RequestKind).map(asked),
    decision=st.sampled_from([None, DECIDED]),
    revision=st.sampled_from([2, 3]),
)


@given(STEPS.filter(lambda step: not (step.is_gate and step.request)))
@pytest.mark.parametrize("verb", DEEDS)
def test_a_menu_offers_exactly_what_the_domain_allows(verb: str, step: Step) -> None:
    plan = Plan(namespace="n", epoch="e", revision=3, steps=(step, Step(number=2, title="b")))
    try:
        DEEDS[verb](plan)
        allowed = True
    except WrongState:
        allowed = False
    except PlanError as error:
        pytest.fail(f"refused for another reason: {error}")

    assert (verb in verbs(plan, step)) is allowed
