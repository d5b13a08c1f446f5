"""Which steps were seen to need a person, and for what: the same request is never told of twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAMESPACE_LENGTH: Final = 300

type Key = tuple[str, int]


class Noticed(models.Model):
    """One step as it was seen last in the queue."""

    namespace = models.CharField(max_length=_NAMESPACE_LENGTH)
    number = models.IntegerField()
    mark = models.TextField()
    """Names the request, as ``plans.notices.marks`` makes it."""
    is_open = models.BooleanField(default=True)
    """Whether it was still there at the last look."""

    class Meta:
        app_label = "plans"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["namespace", "number"], name="noticed_is_one_a_step"),
        ]

    def __str__(self) -> str:
        return f"{self.namespace} {self.number} {self.mark}"


class Seen(NamedTuple):
    """What is known of a step."""

    mark: str
    is_open: bool


def seen() -> dict[Key, Seen]:
    """Give all that was noticed."""
    rows = Noticed.objects.values_list("namespace", "number", "mark", "is_open")
    return {(namespace, number): Seen(mark, is_open) for namespace, number, mark, is_open in rows}


def note(marks: Mapping[Key, str]) -> None:
    """Note that these steps are in the queue, for these requests."""
    rows = [
        Noticed(namespace=namespace, number=number, mark=mark) for (namespace, number), mark in marks.items()
    ]
    Noticed.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["namespace", "number"],
        update_fields=["mark", "is_open"],
    )


def note_left(keys: list[Key]) -> None:
    """Note that these steps left the queue."""
    for namespace, number in keys:
        Noticed.objects.filter(namespace=namespace, number=number).update(is_open=False)


def has_left(namespace: str, number: int) -> bool:
    """Tell whether a step that was noticed needs nobody any more."""
    return Noticed.objects.filter(namespace=namespace, number=number, is_open=False).exists()
