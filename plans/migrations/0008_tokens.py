"""The tokens that were given to agents."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Make their table."""

    dependencies = [("plans", "0007_webhooks")]

    operations = [
        migrations.CreateModel(
            name="AgentToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.BigIntegerField()),
                ("session", models.CharField(max_length=200)),
                ("plans", models.TextField()),
                ("verbs", models.TextField()),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("used_at", models.BigIntegerField(null=True)),
                ("used_by", models.TextField(default="")),
                ("revoked_at", models.BigIntegerField(null=True)),
            ],
            options={"ordering": ["pk"]},
        ),
    ]
