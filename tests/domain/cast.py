"""Who appears in the tests of the domain, and how a plan gets its next revision without a store."""

from msgspec.structs import replace

from plans.domain.actor import Actor, person, session
from plans.domain.plan import Plan
from plans.domain.revision import Line, diff, fold, line_of
from plans.domain.step import (
    Comment,
    Decision,
    Kind,
    Progress,
    Request,
    RequestKind,
    Review,
    Risk,
    Status,
    Step,
    Verdict,
)

ABC = session("session-abc")
DEF = session("session-def")
ANA = person("ana")
BEN = person("ben")
NOW = 1_700_000_000_000

FULL = Step(
    number=1,
    title="Migrate the ledger",
    notes="In **two** passes.",
    active_form="copying rows",
    status=Status.IN_PROGRESS,
    owner="session-abc",
    assigned_by="person:ana",
    worker="session-def",
    kind=Kind.WORK,
    phase="Move",
    review=Review.REQUIRED,
    critical=True,
    risk=Risk.IRREVERSIBLE,
    progress=Progress(done=3, total=9),
    request=Request(
        id=4,
        kind=RequestKind.APPROVAL,
        text="Drop the old table?",
        by="session:session-abc",
        at=NOW,
        came_from=Status.IN_PROGRESS,
    ),
    decision=Decision(
        verdict=Verdict.APPROVED,
        by="person:ana",
        at=NOW,
        note="Go on.",
        request=4,
        revision=5,
        seen=4,
        undo_to=Status.BLOCKED,
    ),
    attempts=2,
    comments=(Comment(at=NOW, by="person:ben", text="Careful."),),
    created_by="person:ana",
    created_at=NOW - 1,
    stamp_by="session-abc",
    stamp_at=NOW,
    extra={"timeout": 30, "retry": {"times": 2, "wait": [1, 2.5, None]}, "validate": ["make test"]},
    beyond={"deadline": {"at": NOW}},
)
"""A step in which every field says something."""


def plan_of(*steps: Step, revision: int = 10) -> Plan:
    """Make an active plan whose steps were all touched by the revision before its newest."""
    touched = tuple(step if step.revision else replace(step, revision=revision - 1) for step in steps)
    return Plan(
        namespace="payments.ledger",
        epoch="e1",
        title="Ledger",
        revision=revision,
        own_revision=1,
        created_by="person:ana",
        steps=touched,
        next_number=max((step.number for step in steps), default=0) + 1,
    )


def work(number: int = 1, status: Status = Status.PENDING, *needs: int, owner: Actor | None = None) -> Step:
    """Make a work step as the verbs leave it: one that asks has its request, one at work its owner."""
    if owner is None and status in (Status.IN_PROGRESS, Status.BLOCKED, Status.IN_REVIEW):
        owner = ABC
    return Step(
        number=number,
        title=f"Step {number}",
        status=status,
        needs=needs,
        owner=owner.name if owner else None,
        request=asked(status),
    )


def gate(number: int = 1, status: Status = Status.PENDING, *needs: int) -> Step:
    return Step(number=number, title=f"Gate {number}", status=status, needs=needs, kind=Kind.GATE)


def asked(status: Status) -> Request | None:
    """Make the request of a step that asks, None for any other."""
    if status not in (Status.BLOCKED, Status.IN_REVIEW):
        return None
    kind = RequestKind.REVIEW if status is Status.IN_REVIEW else RequestKind.APPROVAL
    return Request(id=9, kind=kind, text="May I?", by=str(ABC), at=NOW, came_from=Status.IN_PROGRESS)


def held() -> Step:
    """Make a step of session-abc that a person stopped."""
    request = Request(
        id=9, kind=RequestKind.HOLD, text="Wait.", by=str(ANA), at=NOW, came_from=Status.IN_PROGRESS
    )
    return replace(work(1, Status.BLOCKED), request=request)


def all_but(*statuses: Status) -> list[Status]:
    return [status for status in Status if status not in statuses]


def order(plan: Plan) -> list[int]:
    return [step.number for step in plan.steps]


def line_between(
    before: Plan, after: Plan, *, by: Actor = ANA, verb: str = "edit", step: int | None = None
) -> Line:
    """Record what an edit did as the next revision."""
    delta = diff(before, after, moved=step)
    return line_of(delta, rev=before.revision + 1, at=NOW, by=str(by), verb=verb, step=step)


def saved(before: Plan, after: Plan, *, by: Actor = ANA) -> Plan:
    """Give the plan as the store would hold it after this edit: one revision on."""
    return fold(before, line_between(before, after, by=by))
