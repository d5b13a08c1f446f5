"""Steps for plans on a stage."""

from __future__ import annotations

from msgspec.structs import replace

from plans.domain.step import Request as Ask
from plans.domain.step import RequestKind, Status, Step

AT = 1_790_000_000_000


def step(number: int, status: Status = Status.PENDING, **fields: object) -> Step:
    """Make a step; one in progress has an owner, a blocked one asks for approval."""
    made = Step(
        number=number,
        title=f"Step {number} of the ledger",
        status=status,
        created_by="session:session-abc",
        created_at=AT,
        updated_by="session:session-abc",
        updated_at=AT,
        revision=1,
    )
    if status is not Status.PENDING:
        made = replace(made, owner="session-abc")
    if status is Status.BLOCKED:
        ask = Ask(
            kind=RequestKind.APPROVAL,
            text="Flag on?",
            by="session:session-abc",
            at=AT,
            id=1,
            came_from=Status.IN_PROGRESS,
        )
        made = replace(made, request=ask)
    return replace(made, **fields)
