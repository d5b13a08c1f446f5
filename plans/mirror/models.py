"""The mirror's tables: a disposable copy of the files, made for queries; only ``sync`` writes them.

Documents are JSON texts, not JSON columns: they hold exactly what msgspec decodes into domain values;
PostgreSQL's ``jsonb`` would reorder the keys and refuse an escaped NUL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from plans.domain.graph import Condition
from plans.domain.plan import PlanState
from plans.domain.standing import Column
from plans.domain.step import OPEN, Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from enum import StrEnum

NAMESPACE_LENGTH = 300
"""Characters. The store takes names of at most 128, those of other programs' lists included."""

LIVENESS = ("live", "stale", "quiet", "unknown")


def _words(closed: Iterable[StrEnum]) -> list[str]:
    return sorted(word.value for word in closed)


class Plan(models.Model):
    """One plan, its own fields, its counts, and the problem of its file if it has one. Times are ms."""

    namespace = models.CharField(max_length=NAMESPACE_LENGTH, unique=True)
    epoch = models.TextField()
    revision = models.BigIntegerField()
    title = models.TextField(blank=True)
    status = models.TextField(blank=True)
    group = models.TextField()
    state = models.TextField()
    archived = models.BooleanField()
    todo = models.IntegerField()
    run = models.IntegerField()
    ask = models.IntegerField()
    done = models.IntegerField()
    cancelled = models.IntegerField(default=0)
    """Those of the done ones that nobody did."""
    updated_at = models.BigIntegerField()
    updated_by = models.TextField(blank=True)
    writable = models.BooleanField(default=True)
    problem = models.TextField(blank=True)
    """JSON of ``domain.problem.Problem``; empty when the file reads well."""
    warnings = models.TextField(default="[]")
    stamp = models.TextField(blank=True)
    """Which files this was read from (dev, inode, mtime, size), so that a start reads only the others."""
    text = models.TextField(blank=True, default="")
    """Names the version of the text around the steps, where the plan is another program's document."""
    document = models.TextField()
    """JSON of the domain plan without its steps."""

    class Meta:
        app_label = "plans"
        ordering: ClassVar[list[str]] = ["namespace"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(revision__gte=0), name="plan_revision_counts_up"),
            models.CheckConstraint(condition=Q(state__in=_words(PlanState)), name="plan_state_is_known"),
            models.CheckConstraint(
                condition=Q(todo__gte=0, run__gte=0, ask__gte=0, done__gte=0), name="plan_counts_are_counts"
            ),
        ]

    def __str__(self) -> str:
        return self.namespace


class Step(models.Model):
    """One step, whole in its document; the other columns are what queries ask for."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps", db_index=False)
    number = models.IntegerField()
    position = models.BigIntegerField()
    """Sparse: a moved step gets a number between its neighbours', so nobody else's row changes."""
    title = models.TextField(blank=True)
    status = models.TextField()
    owner = models.TextField(blank=True)
    revision = models.BigIntegerField()
    at = models.BigIntegerField()
    """The plan's revision that last changed this row, derived facts included: "changed since" asks for it."""
    condition = models.TextField(blank=True)
    column = models.TextField()
    calls = models.TextField(blank=True, default="")
    """When and whom sessions call in comments that no person answered, ``1790…,ana=1790…,people=1785…,``."""
    wave = models.IntegerField()
    removed = models.BooleanField(default=False)
    """A tombstone: nobody sees it, but whoever read before it vanished must hear of it."""
    document = models.TextField()

    class Meta:
        app_label = "plans"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "number"], name="step_number_is_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="step_number_is_positive"),
            models.CheckConstraint(
                condition=Q(revision__gte=0, at__gte=0, wave__gte=0), name="step_revision_counts_up"
            ),
            models.CheckConstraint(condition=Q(status__in=_words(Status)), name="step_status_is_known"),
            models.CheckConstraint(
                condition=Q(condition__in=["", *_words(Condition)]), name="step_condition_is_known"
            ),
            models.CheckConstraint(condition=Q(column__in=_words(Column)), name="step_column_is_known"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["plan", "at"], name="step_changed_since"),
            models.Index(
                fields=["owner"],
                name="step_open_of_owner",
                condition=Q(removed=False, status__in=_words(OPEN)) & ~Q(owner=""),
            ),
            models.Index(
                fields=["plan", "position"], name="step_asks", condition=Q(removed=False, column=Column.ASK)
            ),
            models.Index(fields=["plan"], name="step_calls", condition=Q(removed=False) & ~Q(calls="")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class RevisionEvent(models.Model):
    """One journal line, whole in its document."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="events", db_index=False)
    revision = models.BigIntegerField()
    at = models.BigIntegerField()
    by = models.TextField()
    verb = models.TextField()
    step = models.IntegerField(null=True)
    touched = models.TextField(blank=True)
    """The numbers it says anything of, as ``,3,17,``: one step's history is a LIKE over one plan's lines."""
    document = models.TextField()

    class Meta:
        app_label = "plans"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "revision"], name="event_revision_is_unique"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="event_revision_counts_up"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["by", "at"], name="event_progress"),
            models.Index(fields=["at", "by", "verb"], name="event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.verb}"


class Session(models.Model):
    """One running agent: its heartbeat file, its last change of a plan, and what that means. Times are ms."""

    session = models.TextField(unique=True)
    agent = models.TextField(blank=True)
    host = models.TextField(blank=True)
    pid = models.BigIntegerField(null=True)
    started = models.BigIntegerField(null=True)
    beat_at = models.BigIntegerField(null=True)
    beats = models.BigIntegerField(default=0)
    """The half minutes in which one was heard (``domain.pulse``): a file keeps only the last."""
    progress_at = models.BigIntegerField(null=True)
    liveness = models.TextField(default="unknown")

    class Meta:
        app_label = "plans"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(liveness__in=LIVENESS), name="session_liveness_is_known"),
        ]

    def __str__(self) -> str:
        return self.session


class Worker(models.Model):
    """The one worker of this mirror: its last sign of life (ms) and how it hears of changes."""

    name = models.TextField(unique=True, default="sync")
    host = models.TextField()
    pid = models.BigIntegerField()
    beat_at = models.BigIntegerField()
    mode = models.TextField()
    """``notify`` or ``sweep``."""
    note = models.TextField(blank=True)
    trust = models.TextField(blank=True, default="")
    """Names whose signatures everything in the mirror was judged by."""
    owed = models.TextField(default="[]")
    """Names the plans that could not be read then."""

    class Meta:
        app_label = "plans"

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
