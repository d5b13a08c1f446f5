"""Links that people hand out."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the table of links."""

    dependencies = [("plans", "0003_pulse"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.BigIntegerField()),
                ("until", models.BigIntegerField()),
                ("namespace", models.CharField(max_length=300)),
                ("epoch", models.TextField()),
                ("kind", models.CharField(max_length=8)),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=models.CASCADE,
                        related_name="shares",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["namespace"], name="share_of_plan")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["badge", "board"])), name="share_kind_is_known"
                    )
                ],
            },
        ),
    ]
