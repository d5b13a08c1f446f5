"""Name the version of the text around a plan's steps, where the plan is another program's document."""

from typing import ClassVar

from django.db import migrations, models
from django.db.migrations.state import StateApps


def look_again(apps: StateApps, _editor: object) -> None:
    """Have the worker read the documents once more: unchanged files are not read."""
    apps.get_model("plans", "Plan").objects.filter(namespace__startswith="docker.").update(stamp="")


class Migration(migrations.Migration):
    """Add it to the plan's row."""

    dependencies: ClassVar = [("plans", "0011_snooze_epoch")]

    operations: ClassVar = [
        migrations.AddField(model_name="plan", name="text", field=models.TextField(blank=True, default="")),
        migrations.RunPython(look_again, migrations.RunPython.noop),
    ]
