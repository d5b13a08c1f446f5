"""Every refusal says what happened, what to do about it, and its facts as plain JSON."""

import json
from itertools import chain

import pytest

from plans.domain import errors
from plans.domain.errors import (
    Busy,
    KeyReused,
    NeedsRefused,
    NoteRequired,
    NotReady,
    NotYours,
    PersonOnly,
    PlanError,
    PlanExists,
    PlanNotFound,
    Refusal,
    SessionOnly,
    StepNotFound,
    StorageFailed,
    TooLarge,
    Unreadable,
    WrongInput,
    WrongState,
)
from plans.domain.expected import OtherText, RevisionRequired, StaleRevision
from plans.domain.verbs.planning import PlanReplaced, WrongPlanState

EXAMPLES = [
    PlanError("The plan is too old"),
    WrongInput("The session id is empty"),
    TooLarge("The title has 3,000 bytes"),
    RevisionRequired("force_complete"),
    StaleRevision(expected=3, actual=5, step=1, changed=["title"], by="person:ana", at=7),
    StaleRevision(expected=3, actual=5),
    KeyReused("k1"),
    WrongState(3, verb="claimed", status="in_review"),
    WrongPlanState(verb="aborted", state="done"),
    NotReady(3, waits_on=(1, 2)),
    NotReady(3, reason="The plan is a draft; its steps cannot be claimed"),
    NotYours(3, owner="session-abc"),
    NotYours(3, owner=None),
    PersonOnly("pass a gate"),
    SessionOnly("claim a step"),
    NoteRequired("Rejecting"),
    NeedsRefused("Step 1 cannot need itself", edge=(1, 1)),
    PlanNotFound("ops"),
    PlanExists("ops"),
    PlanReplaced("ops"),
    OtherText(3),
    StepNotFound(7),
    Busy("Somebody else writes this plan"),
    Unreadable("The plan.json of ops is no JSON"),
    StorageFailed("The disk is full"),
]


def kinds(kind: type[PlanError]) -> set[type[PlanError]]:
    return {kind, *chain.from_iterable(kinds(sub) for sub in kind.__subclasses__())}


def test_every_refusal_of_the_domain_is_looked_at_here() -> None:
    domain = {kind for kind in kinds(PlanError) if kind.__module__.startswith("plans.domain")}
    assert domain == {type(example) for example in EXAMPLES}
    assert {kind.__name__ for kind in domain if kind.__module__ == errors.__name__} <= set(vars(errors))


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
class TestEachRefusal:
    def test_it_is_a_sentence_with_advice(self, error: PlanError) -> None:
        assert str(error) == error.message
        assert error.message[0].isupper()
        assert not error.message.endswith(".")
        assert "_" not in error.message
        assert error.advice[0].isupper()
        assert error.advice.endswith(".")

    def test_it_has_a_code_and_a_sort(self, error: PlanError) -> None:
        assert error.code.replace("_", "").islower()
        assert error.refusal in Refusal

    def test_its_facts_are_plain_json(self, error: PlanError) -> None:
        assert json.loads(json.dumps(error.facts())) == error.facts()


@pytest.mark.parametrize(
    ("error", "message", "facts"),
    [
        (
            StaleRevision(expected=3, actual=5),
            "The plan changed: you sent revision 3, it is at 5",
            {"expected": 3, "actual": 5, "step": None, "changed": [], "by": "", "at": 0},
        ),
        (
            NotReady(3, waits_on=(1, 2)),
            "Step 3 is not ready: it waits on 1, 2",
            {"step": 3, "waits_on": [1, 2]},
        ),
        (NotYours(3, owner=None), "Step 3 is not assigned to you", {"step": 3, "owner": None}),
        (
            WrongState(3, verb="claimed", status="in_review"),
            "Step 3 is in review; it cannot be claimed",
            {"step": 3, "status": "in_review"},
        ),
        (RevisionRequired("force_complete"), "Force complete needs the revision you last read", {}),
    ],
)
def test_messages_and_facts_say_the_same(error: PlanError, message: str, facts: dict[str, object]) -> None:
    assert (str(error), error.facts()) == (message, facts)


def test_advice_can_be_given_for_the_case_at_hand() -> None:
    assert PlanError("No", advice="Wait.").advice == "Wait."
