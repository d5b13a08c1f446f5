"""The one table of refusals: which number each door gives for them. The words are those of the error itself.

Command line, HTTP API, MCP server and pages all look here, so that no two of them can disagree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from plans.domain.errors import Refusal

if TYPE_CHECKING:
    from plans.domain.errors import PlanError


class Numbers(NamedTuple):
    """How a refusal is counted outside."""

    status: int
    """HTTP."""
    exit: int
    """A command's end."""


_BY_REFUSAL: Final = {
    Refusal.INPUT: Numbers(422, 1),
    Refusal.TOO_LARGE: Numbers(413, 1),
    Refusal.REVISION_REQUIRED: Numbers(428, 2),
    Refusal.STALE: Numbers(409, 3),
    Refusal.RULE: Numbers(422, 4),
    Refusal.FORBIDDEN: Numbers(403, 4),
    Refusal.STRANGER: Numbers(401, 4),
    Refusal.NOT_FOUND: Numbers(404, 5),
    Refusal.BUSY: Numbers(503, 6),
    Refusal.STORAGE: Numbers(503, 6),
    Refusal.TOO_MANY: Numbers(429, 6),
}
_BY_CODE: Final = {
    "usage": Numbers(422, 2),
    # Over HTTP no refusal: the answer says that the request is open still, and to ask again.
    "wait_timed_out": Numbers(200, 8),
    "request_withdrawn": Numbers(410, 9),
    "nothing_asked": Numbers(404, 4),
    "no_such_method": Numbers(405, 4),
}
_RETRY_SECONDS: Final = 3
_WAITING_HELPS: Final = (Refusal.BUSY, Refusal.TOO_MANY)


def numbers_of(refused: PlanError) -> Numbers:
    """Give the numbers of a refusal."""
    return _BY_CODE.get(refused.code) or _BY_REFUSAL[refused.refusal]


def status_of(refused: PlanError) -> int:
    """Give the HTTP status of a refusal."""
    return numbers_of(refused).status


def retry_after(refused: PlanError) -> int | None:
    """Say in how many seconds trying again may help; None where it does not."""
    if refused.refusal not in _WAITING_HELPS:
        return None
    told = refused.facts().get("retry_after")
    return told if isinstance(told, int) else _RETRY_SECONDS
