"""How a command ends: one number for each sort of refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from plans.actions.refusals import numbers_of
from plans.domain.errors import StorageFailed, WrongInput
from plans.domain.step import Verdict

if TYPE_CHECKING:
    from plans.domain.errors import PlanError

DONE: Final = 0

_BY_VERDICT: Final = {Verdict.APPROVED: 0, Verdict.REPLIED: 0, Verdict.REJECTED: 7}

MEANINGS: Final = (
    "0 done, 1 wrong input, 2 usage, 3 stale revision, 4 refused by the rules, 5 not found, 6 busy or "
    "disk trouble, 7 rejected by a person, 8 the wait timed out, 9 the request was withdrawn"
)


class Usage(WrongInput):
    """The command was not called as it has to be."""

    code = "usage"
    advice = "See the command's --help."


class Untold(StorageFailed):
    """The command came to its end, and its answer could not be written."""

    code = "answer_lost"
    advice = "What was asked for may be done: read the plan, or call again with the same --key."

    def __init__(self, error: OSError) -> None:
        super().__init__(f"The answer could not be written: {error.strerror or error}")


def of_refusal(refused: PlanError) -> int:
    """Give the exit code of a refusal."""
    return numbers_of(refused).exit


def of_verdict(verdict: Verdict) -> int:
    """Give the exit code of a person's answer."""
    return _BY_VERDICT[verdict]
