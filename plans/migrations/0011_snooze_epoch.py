"""Tie what people put aside to the very plan, and not only to its name."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the plan's epoch; what was put aside before comes back once, for it names none."""

    dependencies: ClassVar = [("plans", "0010_calls")]

    operations: ClassVar = [
        migrations.AddField(model_name="snooze", name="epoch", field=models.TextField(default="")),
    ]
