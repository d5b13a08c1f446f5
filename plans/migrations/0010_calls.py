"""Find the steps in whose comments sessions call somebody.

The column is added by hand: Django makes SQLite's table anew for it, and the triggers that keep the words
of the search true would go with the old one.
"""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Add the names; those of comments that the mirror has already come with ``rebuild_mirror``."""

    dependencies: ClassVar = [("plans", "0009_unaccented")]

    operations: ClassVar = [
        migrations.RunSQL(
            "ALTER TABLE plans_step ADD COLUMN calls text NOT NULL DEFAULT ''",
            "ALTER TABLE plans_step DROP COLUMN calls",
            state_operations=[
                migrations.AddField(
                    model_name="step", name="calls", field=models.TextField(blank=True, default="")
                )
            ],
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["plan"], name="step_calls", condition=Q(removed=False) & ~Q(calls="")),
        ),
    ]
