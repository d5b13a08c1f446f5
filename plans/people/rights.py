"""Who may do what with which plans: one row for each pattern of namespaces that a person has a role for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from django.db import models, transaction

from plans.domain.rights import Right, Rights, Role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import User

PATTERN_LENGTH: Final = 200
_ROLE_LENGTH: Final = 16


class RightRow(models.Model):
    """A role of a person, for the plans that the pattern names."""

    person = models.ForeignKey("auth.User", models.CASCADE, related_name="rights", db_index=False)
    pattern = models.CharField(max_length=PATTERN_LENGTH)
    role = models.CharField(max_length=_ROLE_LENGTH)

    class Meta:
        app_label = "plans"
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "pattern"], name="right_is_one_a_pattern"),
            models.CheckConstraint(
                condition=models.Q(role__in=sorted(role.value for role in Role)), name="right_role_is_known"
            ),
            # Whoever manages users could give themselves all the rest.
            models.CheckConstraint(
                condition=~models.Q(role=Role.ADMIN) | models.Q(pattern="*"), name="right_admin_is_of_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.pattern}"


def rights_of(person: User) -> Rights:
    """Read what a person may do; one statement."""
    rows = RightRow.objects.filter(person=person).order_by("pk").values_list("role", "pattern")
    return Rights(tuple(Right(Role(role), pattern) for role, pattern in rows))


def replace_rights(person: User, rights: Iterable[Right]) -> None:
    """Let a person do this and nothing else."""
    with transaction.atomic():
        RightRow.objects.filter(person=person).delete()
        RightRow.objects.bulk_create(
            RightRow(person=person, pattern=right.pattern, role=right.role) for right in rights
        )
