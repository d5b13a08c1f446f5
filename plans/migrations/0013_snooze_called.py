"""Tie what people put aside to the last call for a person there, so that another one brings it back."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the time; mentions that were put aside before come back once, for they have none."""

    dependencies: ClassVar = [("plans", "0012_text")]

    operations: ClassVar = [
        migrations.AddField(model_name="snooze", name="called", field=models.BigIntegerField(default=0)),
    ]
