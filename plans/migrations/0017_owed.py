"""Remember which plans could not be read when all were judged anew: only those are, once they can be."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the names of those plans; none of them is known from before."""

    dependencies: ClassVar = [("plans", "0016_doors")]

    operations: ClassVar = [
        migrations.AddField(model_name="worker", name="owed", field=models.TextField(default="[]")),
    ]
