"""What pages and the hub ask of the mirror, by name. Raises PlanNotFound; times are ms since the epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.db.models import Max

from plans.domain.errors import PlanNotFound
from plans.domain.picture import Life, Picture, history_of, picture_of, sessions_of
from plans.domain.plan import Plan, PlanState
from plans.domain.problem import Problem
from plans.domain.step import OPEN
from plans.mirror import models
from plans.mirror.documents import (
    INDEXED_LENGTH,
    lines_from,
    plan_from,
    problem_from,
    steps_from,
    texts_from,
)
from plans.mirror.rows import Known
from plans.mirror.seen import plans_seen, sessions_seen, steps_seen

if TYPE_CHECKING:
    from collections.abc import Collection

    from plans.domain.revision import Line
    from plans.domain.rights import Sight


class PlanRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list of plans."""

    id: int
    """The copy that this is: a plan that is written whole is another."""
    namespace: str
    epoch: str
    revision: int
    title: str
    status: str
    group: str
    state: PlanState
    archived: bool
    todo: int
    run: int
    ask: int
    done: int
    cancelled: int
    """Those of the done ones that nobody did."""
    updated_at: int
    updated_by: str
    writable: bool
    problem: Problem | None

    @property
    def total(self) -> int:
        """Count the steps."""
        return self.todo + self.run + self.ask + self.done


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A step that a session has."""

    namespace: str
    number: int
    title: str
    status: str


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A session and the open steps it has."""

    life: Life
    tasks: tuple[Task, ...]


class SyncState(msgspec.Struct, frozen=True, kw_only=True):
    """How the worker does: its last sign of life and how it hears of changes."""

    beat_at: int
    mode: str
    note: str

    def silence(self, now: int) -> int:
        """Tell for how many ms nothing was heard; a sign from the future came before a clock was set back."""
        return abs(now - self.beat_at)


_PLAN_COLUMNS = PlanRow.__struct_fields__


def plan_rows(sight: Sight) -> list[PlanRow]:
    """List the plans that may be seen, archived ones too, by namespace."""
    rows = plans_seen(sight).values(*_PLAN_COLUMNS)
    return [msgspec.convert(row | {"problem": problem_from(row["problem"])}, PlanRow) for row in rows]


def picture(namespace: str) -> Picture:
    """Rebuild what a board shows from its rows."""
    known = known_plan(namespace)
    if known is None:
        raise PlanNotFound(namespace)
    return msgspec.structs.replace(known.picture, lives=lives_named(known.picture.sessions))


def known_plan(namespace: str) -> Known | None:
    """Read a plan as the mirror holds it, without its sessions."""
    row = models.Plan.objects.filter(namespace=namespace).first()
    if row is None:
        return None
    found = models.Step.objects.filter(plan=row, removed=False).order_by("position")
    steps = list(found.values_list("number", "position", "document"))
    if not steps and not models.Plan.objects.filter(pk=row.pk).exists():
        return known_plan(namespace)  # all of it was written anew between our two questions
    plan = plan_from(row.document, steps_from(document for _, _, document in steps))
    positions = {number: position for number, position, _ in steps}
    return Known(row.pk, with_facts(picture_of(plan), row), positions, row.stamp)


def events(
    namespace: str, *, step: int | None = None, before: int | None = None, limit: int = 50
) -> list[Line]:
    """List a plan's or a step's revisions, newest first; ``before`` pages on."""
    found = models.RevisionEvent.objects.filter(plan__namespace=namespace)
    if step is not None:
        found = found.filter(touched__contains=f",{step},")
    if before is not None:
        found = found.filter(revision__lt=before)
    return lines_from(found.order_by("-revision").values_list("document", flat=True)[:limit])


def revisions(namespaces: Collection[str]) -> dict[str, tuple[str, int]]:
    """Tell the epoch and revision of some plans in one query: the plan's own, for what outlives a copy of it.

    That is what somebody put aside, and what notices told of.
    """
    found = models.Plan.objects.filter(namespace__in=namespaces)
    return {
        namespace: (epoch, revision)
        for namespace, epoch, revision in found.values_list("namespace", "epoch", "revision")
    }


def versions(namespaces: Collection[str]) -> dict[str, tuple[str, int]]:
    """Tell the history (``Picture.history``) and revision of some plans in one query."""
    found = models.Plan.objects.filter(namespace__in=namespaces)
    return {
        namespace: (history_of(epoch, copy), revision)
        for namespace, epoch, copy, revision in found.values_list("namespace", "epoch", "pk", "revision")
    }


def lives_of(plan: Plan) -> dict[str, Life]:
    """Tell of the owners and workers of a plan's open steps, as far as anything is known of them."""
    return lives_named(sessions_of(plan))


def lives_named(names: Collection[str]) -> dict[str, Life]:
    """Tell of some sessions, as far as anything is known of them."""
    return {row.session: _life(row) for row in models.Session.objects.filter(session__in=list(names))}


def sessions(sight: Sight) -> list[SessionRow]:
    """List the sessions with the open steps they have, as far as both may be seen; the last alive first."""
    tasks: dict[str, list[Task]] = {}
    open_steps = steps_seen(sight).filter(removed=False, status__in=OPEN).exclude(owner="")
    for namespace, number, title, status, owner in open_steps.order_by(
        "plan__namespace", "number"
    ).values_list("plan__namespace", "number", "title", "status", "owner"):
        task = Task(namespace=namespace, number=number, title=title, status=status)
        tasks.setdefault(owner, []).append(task)
    found = [_life(row) for row in sessions_seen(sight)]
    return [
        SessionRow(life=life, tasks=tuple(tasks.get(life.session[:INDEXED_LENGTH], ())))
        for life in sorted(found, key=_last_sign, reverse=True)
    ]


def stamps() -> dict[str, str]:
    """Tell which version of each plan's files is mirrored."""
    return dict(models.Plan.objects.order_by().values_list("namespace", "stamp"))


def count_plans() -> int:
    """Count the mirrored plans."""
    return models.Plan.objects.count()


def last_progress() -> dict[str, int]:
    """Tell when each session last changed any plan, by ``str(Actor)``."""
    found = models.RevisionEvent.objects.filter(by__startswith="session:").order_by()
    return dict(found.values_list("by").annotate(last=Max("at")).values_list("by", "last"))


def sync_state() -> SyncState | None:
    """Tell how the worker does; None when none has ever run on this database."""
    row = models.Worker.objects.first()
    return SyncState(beat_at=row.beat_at, mode=row.mode, note=row.note) if row else None


def with_file_said(found: Picture) -> Picture:
    """Add what the mirror says of a plan's file to the plan in hand right after a change, which leaves it."""
    rows = models.Plan.objects.filter(namespace=found.plan.namespace)
    warnings, document = rows.values_list("warnings", "text").first() or ("[]", "")
    return msgspec.structs.replace(found, warnings=texts_from(warnings), document=document)


def with_facts(found: Picture, row: models.Plan) -> Picture:
    """Add what the plan's row says of its file."""
    return msgspec.structs.replace(
        found,
        problem=problem_from(row.problem),
        warnings=texts_from(row.warnings),
        writable=row.writable,
        document=row.text,
        copy=row.pk,
    )


def _life(row: models.Session) -> Life:
    return Life(**{name: getattr(row, name) for name in Life.__struct_fields__})


def _last_sign(life: Life) -> int:
    return max(life.beat_at or 0, life.progress_at or 0, life.started or 0)
