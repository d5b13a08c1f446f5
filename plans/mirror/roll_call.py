"""What the pages of sessions ask of the mirror: a few statements, however many sessions there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db.models import Count, F, Q

from plans.domain.graph import Condition
from plans.domain.picture import Life
from plans.domain.plan import PlanState
from plans.domain.roll import Attendee, HeldStep
from plans.domain.step import OPEN
from plans.mirror.activity import AUTHOR
from plans.mirror.documents import indexed
from plans.mirror.models import Step
from plans.mirror.seen import events_seen, sessions_seen, steps_seen

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from plans.domain.rights import Sight
    from plans.mirror.models import Session

MINUTE = 60_000
MINUTES = 30
"""How far back the strip of a session goes."""
_HELD = msgspec.json.Decoder(list[HeldStep])
_PLAN = ("owner", "plan__namespace", "plan__title", "plan__writable")
_LIFE = Life.__struct_fields__


class _Needing(msgspec.Struct, frozen=True):
    """A waiting step's needs; decoded from its document, which has more fields."""

    needs: tuple[int, ...] = ()


_NEEDING = msgspec.json.Decoder(list[_Needing])


def everybody(sight: Sight) -> list[Attendee]:
    """List the sessions that may be seen with the open steps they have; two statements."""
    held = _held(_open_steps(sight))
    return [
        Attendee(life=life, held=tuple(held.get(indexed(life.session), ())))
        for life in _lives(sessions_seen(sight))
    ]


def attendee(sight: Sight, name: str) -> Attendee | None:
    """Find one session; also one that only owns steps, or only changed a plan once. None: nobody knows it."""
    held = _held(_open_steps(sight).filter(owner=indexed(name))).get(indexed(name), [])
    lives = _lives(sessions_seen(sight).filter(session=name))
    if lives or held:
        return Attendee(life=lives[0] if lives else Life(session=name), held=tuple(held))
    author = indexed(f"session:{name}")
    last = events_seen(sight).filter(by=author).order_by("-at").values_list("at", flat=True).first()
    return Attendee(life=Life(session=name, progress_at=last)) if last is not None else None


def count_live(sight: Sight) -> int:
    """Count the sessions that show life."""
    return sessions_seen(sight).filter(liveness="live").count()


def progress(sight: Sight, *, now: int, name: str | None = None) -> dict[str, dict[int, int]]:
    """Count each session's changes in each of the last 30 minutes: 0 is the oldest; one statement."""
    first = now // MINUTE - MINUTES + 1
    found = events_seen(sight).filter(at__gte=first * MINUTE)
    own = Q(by=indexed(f"session:{name}")) if name is not None else Q(by__startswith="session:")
    counted = (
        found.filter(own)
        .order_by()
        .values(author=AUTHOR, minute=F("at") / MINUTE)
        .annotate(changes=Count("pk"))
        .values_list("author", "minute", "changes")
    )
    bars: dict[str, dict[int, int]] = {}
    for by, minute, changes in counted:
        bars.setdefault(by.removeprefix("session:"), {})[minute - first] = changes
    return bars


def waiting(namespaces: Collection[str]) -> dict[tuple[str, int], tuple[int, ...]]:
    """Tell what each waiting step of some plans needs; one statement, none for no plan."""
    if not namespaces:
        return {}
    rows = list(
        Step.objects.filter(
            plan__namespace__in=list(namespaces),
            removed=False,
            condition__in=[Condition.WAITING, Condition.DOOMED],
        )
        .order_by()
        .values_list("plan__namespace", "number", "document")
    )
    steps = _NEEDING.decode(f"[{','.join(document for *_, document in rows)}]")
    return {(namespace, number): step.needs for (namespace, number, _), step in zip(rows, steps, strict=True)}


def _open_steps(sight: Sight) -> QuerySet[Step]:
    """Pick the open steps that somebody has; those of plans put aside hold nobody up."""
    found = steps_seen(sight).filter(removed=False, status__in=OPEN, plan__archived=False).exclude(owner="")
    return found.exclude(plan__state=PlanState.ABORTED).order_by("plan__namespace", "position")


def _held(steps: QuerySet[Step]) -> dict[str, list[HeldStep]]:
    rows = list(steps.values_list(*_PLAN, "document"))
    held: dict[str, list[HeldStep]] = {}
    decoded = _HELD.decode(f"[{','.join(document for *_, document in rows)}]")
    for (owner, namespace, title, writable, _), step in zip(rows, decoded, strict=True):
        whole = msgspec.structs.replace(step, namespace=namespace, plan_title=title, writable=writable)
        held.setdefault(owner, []).append(whole)
    return held


def _lives(rows: QuerySet[Session]) -> list[Life]:
    return [Life(**row) for row in rows.order_by("session").values(*_LIFE)]
