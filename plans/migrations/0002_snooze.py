"""What people put aside for a while."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the table of snoozes."""

    dependencies = [("plans", "0001_mirror"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Snooze",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("namespace", models.CharField(max_length=300)),
                ("number", models.IntegerField()),
                ("revision", models.BigIntegerField()),
                ("until", models.BigIntegerField(null=True)),
                ("until_step", models.IntegerField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=models.CASCADE,
                        related_name="snoozes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "namespace", "number"), name="snooze_is_one_a_step"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__isnull", True), ("until_step__isnull", False))
                        | models.Q(("until__isnull", False), ("until_step__isnull", True)),
                        name="snooze_ends_one_way",
                    ),
                ],
            },
        ),
    ]
