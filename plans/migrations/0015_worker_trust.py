"""Remember by whose signatures the mirror was judged, so that it is judged anew when others count."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the name of what was believed; a mirror from before is judged anew once."""

    dependencies: ClassVar = [("plans", "0014_rights")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="worker", name="trust", field=models.TextField(blank=True, default="")
        ),
    ]
