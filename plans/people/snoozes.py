"""What a person put aside for a while: for some minutes, or until another step of the plan is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MINUTE = 60_000
_NAMESPACE_LENGTH = 300


class Snooze(models.Model):
    """One entry of the queue that one person does not want to see for now. Times are ms."""

    person = models.ForeignKey("auth.User", models.CASCADE, related_name="snoozes", db_index=False)
    namespace = models.CharField(max_length=_NAMESPACE_LENGTH)
    epoch = models.TextField(default="")
    """Of the plan: another plan that gets the same name asks anew."""
    number = models.IntegerField()
    revision = models.BigIntegerField()
    """The step's revision that was put aside: what is asked anew, or changed, comes back at once."""
    called = models.BigIntegerField(default=0)
    """When a comment there last called this person by then: who is called anew sees it at once."""
    until = models.BigIntegerField(null=True)
    until_step = models.IntegerField(null=True)

    class Meta:
        app_label = "plans"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "namespace", "number"], name="snooze_is_one_a_step"),
            models.CheckConstraint(
                condition=Q(until__isnull=True, until_step__isnull=False)
                | Q(until__isnull=False, until_step__isnull=True),
                name="snooze_ends_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.namespace} {self.number}"


class Snoozed(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that is put aside, and what brings it back: a time (ms), or a step that is done."""

    namespace: str
    epoch: str
    number: int
    revision: int
    called: int = 0
    until: int | None = None
    until_step: int | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Name the step among all plans."""
        return (self.namespace, self.number)


def snooze(person: User, entry: Snoozed) -> None:
    """Put an entry aside, instead of what was said of it before."""
    ends = {"until": entry.until, "until_step": entry.until_step}
    seen = {"epoch": entry.epoch, "revision": entry.revision, "called": entry.called}
    Snooze.objects.update_or_create(
        person=person,
        namespace=entry.namespace,
        number=entry.number,
        defaults=seen | ends,
    )


def wake(person: User, namespace: str, number: int) -> None:
    """Take an entry back into the queue."""
    Snooze.objects.filter(person=person, namespace=namespace, number=number).delete()


def snoozed(person: User, *, now: int) -> list[Snoozed]:
    """List what a person put aside; what was due before ``now`` is left out."""
    lasting = Q(until__gt=now) | Q(until_step__isnull=False)
    fields = Snoozed.__struct_fields__
    rows = Snooze.objects.filter(lasting, person=person).values(*fields)
    return [Snoozed(**row) for row in rows]


def forget_past(person: User, *, now: int) -> None:
    """Drop what has come back by itself."""
    Snooze.objects.filter(person=person, until__lte=now).delete()
