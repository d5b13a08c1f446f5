"""A plan as it was at any of its revisions, folded from the journal lines that the mirror holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.errors import PlanError, PlanNotFound, Refusal
from plans.domain.picture import Picture, picture_of
from plans.domain.plan import Plan
from plans.domain.revision import PLAN_KEY, fold_all
from plans.mirror import models
from plans.mirror.documents import lines_from, plan_from

if TYPE_CHECKING:
    from plans.domain.revision import Line


class RevisionNotFound(PlanError):
    """The plan never had this revision, or not yet."""

    refusal = Refusal.NOT_FOUND
    code = "revision_not_found"
    advice = "Go back to now, or choose another revision on the timeline."

    def __init__(self, namespace: str, revision: int, *, newest: int) -> None:
        super().__init__(f"{namespace} has no revision {revision}; it is at {newest}")


def picture_at(namespace: str, revision: int) -> Picture:
    """Draw a plan as it was: nothing of it can be changed, and who is alive now is no part of it.

    Raises PlanNotFound, RevisionNotFound.
    """
    return picture_past(plan_at(namespace, revision))


def picture_past(plan: Plan) -> Picture:
    """Draw an older revision that is in hand."""
    return replace(picture_of(plan, writable=False), is_past=True)


def plan_at(namespace: str, revision: int) -> Plan:
    """Give a plan as it was at a revision, 0 being the plan before its first. O(lines up to it)."""
    row = models.Plan.objects.filter(namespace=namespace).first()
    if row is None:
        raise PlanNotFound(namespace)
    if not 0 <= revision <= row.revision:
        raise RevisionNotFound(namespace, revision, newest=row.revision)
    return fold_all(_first(row), lines_up_to(namespace, revision))


def lines_up_to(namespace: str, revision: int) -> list[Line]:
    """List a plan's revisions up to one, oldest first."""
    found = models.RevisionEvent.objects.filter(plan__namespace=namespace, revision__lte=revision)
    return lines_from(found.order_by("revision").values_list("document", flat=True))


def _first(row: models.Plan) -> Plan:
    """Give the plan before its first revision: what no line tells of it is in every later one."""
    now = plan_from(row.document, ())
    return Plan(
        namespace=now.namespace,
        epoch=now.epoch,
        created_at=_created_at(row.pk, now),
        created_by=now.created_by,
    )


def _created_at(key: int, now: Plan) -> int:
    """Tell when the plan was begun, which is what the first line that corrects it found (ms)."""
    telling = models.RevisionEvent.objects.filter(plan=key, document__contains=f'"{PLAN_KEY}":{{')
    found = telling.filter(document__contains='"created_at"').order_by("revision")
    for line in lines_from(found.values_list("document", flat=True)):
        was = (line.was.get(PLAN_KEY) or {}).get("created_at")
        if isinstance(was, int):
            return was
    return now.created_at
