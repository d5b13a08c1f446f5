"""How a command ends: one number for each sort of refusal."""

from __future__ import annotations

from typing import Final

from plans.domain.errors import PlanError, Refusal, WrongInput
from plans.domain.step import Verdict

DONE: Final = 0
INTERRUPTED: Final = 130

_BY_REFUSAL: Final = {
    Refusal.INPUT: 1,
    Refusal.TOO_LARGE: 1,
    Refusal.REVISION_REQUIRED: 2,
    Refusal.STALE: 3,
    Refusal.RULE: 4,
    Refusal.FORBIDDEN: 4,
    Refusal.NOT_FOUND: 5,
    Refusal.BUSY: 6,
    Refusal.STORAGE: 6,
}
_BY_CODE: Final = {"usage": 2, "wait_timed_out": 8, "request_withdrawn": 9}
_BY_VERDICT: Final = {Verdict.APPROVED: 0, Verdict.REPLIED: 0, Verdict.REJECTED: 7}

MEANINGS: Final = (
    "0 done, 1 wrong input, 2 usage, 3 stale revision, 4 refused by the rules, 5 not found, 6 busy or "
    "disk trouble, 7 rejected by a person, 8 the wait timed out, 9 the request was withdrawn"
)


class Usage(WrongInput):
    """The command was not called as it has to be."""

    code = "usage"
    advice = "See the command's --help."


def of_refusal(refused: PlanError) -> int:
    """Give the exit code of a refusal."""
    return _BY_CODE.get(refused.code, _BY_REFUSAL[refused.refusal])


def of_verdict(verdict: Verdict) -> int:
    """Give the exit code of a person's answer."""
    return _BY_VERDICT[verdict]
