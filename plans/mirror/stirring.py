"""What tells cheaply that something of all plans changed; compared only with what it was before."""

from __future__ import annotations

from django.db.models import Count, Max, Sum

from plans.domain.queue import STALE_IN_QUEUE
from plans.mirror.models import Plan, Session


def stirred(*, now: int) -> object:
    """Sum up all plans and sessions in two light statements, however many there are; ``now`` in ms.

    A sum may stay the same by chance; whoever compares it hears of nearly every change by another way.
    """
    plans = Plan.objects.order_by().aggregate(Count("pk"), Sum("revision"), Max("updated_at"))
    long_silent = {"liveness": "stale", "beat_at__lte": now - STALE_IN_QUEUE}
    lives = Session.objects.order_by().values("liveness").annotate(many=Count("pk"))
    silent = Session.objects.filter(**long_silent).order_by("session").values_list("session", flat=True)
    return plans, sorted(lives.values_list("liveness", "many")), list(silent)
