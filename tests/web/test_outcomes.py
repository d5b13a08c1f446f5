"""What an answer would do: said before it is given, and never anything but what then happens."""

import pytest
from msgspec.structs import replace

from plans.domain.picture import picture_of
from plans.domain.plan import Plan
from plans.domain.step import Kind, Request, RequestKind, Status, Step
from plans.web.outcomes import outcomes

ASKED = Request(
    id=1, kind=RequestKind.APPROVAL, text="May I?", by="session:a", at=7, came_from=Status.IN_PROGRESS
)


def said(*steps: Step, number: int = 1) -> dict[str, list[str]]:
    picture = picture_of(Plan(namespace="a.one", epoch="e", revision=9, steps=steps))
    return {
        outcome.title: [" ".join(part for part in (line.who, line.text) if part) for line in outcome.lines]
        for outcome in outcomes(picture, number)
    }


def asking(kind: RequestKind = RequestKind.APPROVAL, **fields: object) -> Step:
    request = replace(ASKED, kind=kind)
    values = {"title": "", "status": Status.BLOCKED, "owner": "abc", "request": request} | fields
    return Step(number=1, **values)  # type: ignore[arg-type]


def needing(number: int, *needs: int, **fields: object) -> Step:
    return Step(number=number, title="", needs=needs, **fields)  # type: ignore[arg-type]


def test_an_approved_session_goes_on_and_nothing_else_starts_yet() -> None:
    assert said(asking(), needing(2, 1)) == {
        "If you approve": ["abc goes on at once."],
        "If you reject": ["abc gets your note and keeps the step."],
    }


def test_a_step_that_was_not_begun_goes_back_to_its_column() -> None:
    asked = asking()
    assert asked.request
    held = replace(asked, owner=None, request=replace(asked.request, came_from=Status.PENDING))
    assert said(held) == {
        "If you approve": ["Step 1 goes back to To do."],
        "If you reject": ["Step 1 goes back to To do."],
    }


@pytest.mark.parametrize("kind", [RequestKind.INPUT, RequestKind.PROBLEM])
def test_a_question_is_answered(kind: RequestKind) -> None:
    assert said(asking(kind))["If you answer"] == ["abc goes on with your answer."]


def test_a_reviewed_step_is_done_and_frees_those_behind_it() -> None:
    reviewed = asking(RequestKind.REVIEW, status=Status.IN_REVIEW)
    steps = [needing(2, 1, owner="def"), needing(3, 1, 2), needing(4, 1, kind=Kind.GATE)]
    assert said(reviewed, *steps)["If you approve"] == [
        "Step 1 is done.",
        "def Step 2 can start.",
        "Step 3 waits on 1 step, not 2.",
        "Step 4 can be decided.",
    ]


def test_of_many_the_first_are_told() -> None:
    gate = Step(number=1, title="", kind=Kind.GATE)
    lines = said(gate, *(needing(number, 1) for number in range(2, 10)))["If you approve"]
    assert lines[0] == "Step 1 is done."
    assert len(lines) == 6
    assert lines[-1] == "And 4 more."


def test_a_rejected_gate_fails_and_takes_those_behind_it_along() -> None:
    gate = Step(number=1, title="", kind=Kind.GATE)
    assert said(gate, needing(2, 1), needing(3, 2))["If you reject"] == [
        "Step 1 fails, for good.",
        "2 steps behind it cannot start.",
    ]


def test_a_retried_step_saves_those_behind_it() -> None:
    failed = Step(number=1, title="", status=Status.FAILED)
    assert said(failed, needing(2, 1)) == {
        "If you retry": ["Step 1 goes back to To do.", "1 step can start after it again."]
    }


def test_a_silent_owners_step_starts_over() -> None:
    stale = Step(number=1, title="", status=Status.IN_PROGRESS, owner="gone")
    assert said(stale) == {"If you reassign": ["The next owner starts it over; the old one is told to stop."]}


def test_what_does_not_ask_has_no_outcome() -> None:
    assert said(Step(number=1, title="", status=Status.BLOCKED)) == {}
    assert said(needing(1, 2), Step(number=2, title="")) == {}
    assert said(Step(number=1, title="", status=Status.COMPLETED)) == {}
