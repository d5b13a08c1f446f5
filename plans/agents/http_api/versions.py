"""What names a version of a plan: its revision, and where that would not be enough, the plan itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from plans.agents.http_api.desk import desk
from plans.domain.errors import PlanNotFound
from plans.domain.expected import StaleRevision

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from plans.domain.plan import Plan

PATTERN: Final = "[0-9]{1,18}(-[0-9a-f]{8})?"
_LETTERS: Final = 8
_VERSION: Final = re.compile(r"(?P<revision>[0-9]{1,18})(-(?P<epoch>[0-9a-f]{8}))?")


class Version(NamedTuple):
    """What a client says it has read."""

    revision: int
    epoch: str
    """The first letters of the plan's epoch; empty where only the revision was sent."""


class Unmarked(StaleRevision):
    """A bare revision does not say of which of two plans it is."""

    advice = "Read the plan that is there now, and send the ETag of that answer as If-Match."

    def __init__(self, *, expected: int, actual: int) -> None:
        super().__init__(expected=expected, actual=actual)
        self.message = f"Revision {expected} may be that of an older plan of this name"


def version_of(text: str) -> Version | None:
    """Read a version as an ETag without its quotes; None for what is none."""
    found = _VERSION.fullmatch(text)
    return Version(int(found["revision"]), found["epoch"] or "") if found else None


def etag_of(plan: Plan) -> str:
    """Name a representation: whatever is shown of a plan changes only with its revision.

    A plan that was made anew counts from 1 again: its epoch tells it from the one that had its name.
    """
    anew = f"-{plan.epoch[:_LETTERS]}" if _had_namesake(desk(), plan.namespace, plan.epoch) else ""
    return f'"{plan.revision}{anew}"'


def check_same_plan(namespace: str, version: Version) -> None:
    """Refuse what was, or may have been, made from a plan that is gone, whatever its revision.

    Raises StaleRevision, Unmarked. Where there is no such plan, the verb says so.
    """
    try:
        plan = desk().store.read(namespace).plan
    except PlanNotFound:
        return
    if not version.epoch and _had_namesake(desk(), namespace, plan.epoch):
        raise Unmarked(expected=version.revision, actual=plan.revision)
    if not plan.epoch.startswith(version.epoch):
        raise StaleRevision(expected=version.revision, actual=plan.revision)


@lru_cache(maxsize=4096)
def _had_namesake(here: Desk, namespace: str, epoch: str) -> bool:  # noqa: ARG001 - true for all its life
    return here.store.had_namesake(namespace)
