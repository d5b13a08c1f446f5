"""Who may do what with which plans, instead of one role for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_ROLES = ("admin", "operator", "viewer")


def keep_roles(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Let everybody do what their group let them do, with all plans."""
    user, right = apps.get_model("auth", "User"), apps.get_model("plans", "RightRow")
    for role in _ROLES:
        people = user.objects.filter(groups__name=role, rights=None)
        right.objects.bulk_create([right(person=person, pattern="*", role=role) for person in people])


class Migration(migrations.Migration):
    """Make their table."""

    dependencies: ClassVar = [
        ("plans", "0013_snooze_called"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="RightRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pattern", models.CharField(max_length=200)),
                ("role", models.CharField(max_length=16)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rights",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "pattern"), name="right_is_one_a_pattern"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["admin", "operator", "viewer"])),
                        name="right_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "admin"), _negated=True), ("pattern", "*"), _connector="OR"
                        ),
                        name="right_admin_is_of_all",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep_roles, migrations.RunPython.noop, elidable=True),
    ]
