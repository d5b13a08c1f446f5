"""Count what was cancelled apart from what was done."""

from django.db import migrations, models
from django.db.migrations.state import StateApps
from django.db.models import Count


def count(apps: StateApps, _editor: object) -> None:
    """Count what the mirror holds already."""
    steps = apps.get_model("plans", "Step").objects.filter(removed=False, status="cancelled")
    plans = apps.get_model("plans", "Plan").objects
    for plan, cancelled in steps.order_by().values_list("plan").annotate(Count("pk")):
        plans.filter(pk=plan).update(cancelled=cancelled)


class Migration(migrations.Migration):
    """Add the count."""

    dependencies = [("plans", "0004_share")]

    operations = [
        migrations.AddField(model_name="plan", name="cancelled", field=models.IntegerField(default=0)),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
