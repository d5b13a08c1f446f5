"""What the pages of sessions and of activity ask for: heartbeats of half an hour, and the newest events."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Keep the heartbeats, and find the newest events of all plans by their time."""

    dependencies = [("plans", "0002_snooze")]

    operations = [
        migrations.AddField(model_name="session", name="beats", field=models.BigIntegerField(default=0)),
        migrations.AddIndex(
            model_name="revisionevent", index=models.Index(fields=["at", "by", "verb"], name="event_newest")
        ),
    ]
