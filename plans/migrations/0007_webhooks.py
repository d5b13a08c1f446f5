"""Where the board tells others, what was sent there, and what was told of."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the tables of webhooks."""

    dependencies = [
        ("plans", "0006_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Noticed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("namespace", models.CharField(max_length=300)),
                ("number", models.IntegerField()),
                ("mark", models.TextField()),
                ("is_open", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("namespace", "number"), name="noticed_is_one_a_step")
                ],
            },
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.BigIntegerField()),
                ("pattern", models.CharField(max_length=200)),
                ("url", models.CharField(max_length=2000)),
                ("secret", models.CharField(max_length=64)),
                ("kinds", models.TextField()),
                ("is_on", models.BooleanField(default=True)),
                ("on_since", models.BigIntegerField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="webhooks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pattern", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid", models.CharField(max_length=40, unique=True)),
                ("kind", models.CharField(max_length=16)),
                ("namespace", models.CharField(blank=True, max_length=300)),
                ("number", models.IntegerField(default=0)),
                ("body", models.TextField()),
                ("made_at", models.BigIntegerField()),
                ("state", models.CharField(default="waiting", max_length=16)),
                ("due_at", models.BigIntegerField()),
                ("tries", models.IntegerField(default=0)),
                ("tried_at", models.BigIntegerField(null=True)),
                ("took", models.IntegerField(null=True)),
                ("status", models.IntegerField(null=True)),
                ("error", models.TextField(blank=True)),
                ("excerpt", models.TextField(blank=True)),
                (
                    "webhook",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="plans.webhook",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["webhook", "-made_at"], name="delivery_of_webhook"),
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["due_at"], name="delivery_due"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["delivered", "given_up", "sending", "waiting"])),
                        name="delivery_state_is_known",
                    )
                ],
            },
        ),
    ]
