"""What tells cheaply that something of all plans changed; compared only with what it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max, Sum

from plans.mirror.needing import long_silent
from plans.mirror.seen import plans_seen, sessions_seen

if TYPE_CHECKING:
    from plans.domain.rights import Sight


def stirred(sight: Sight, *, now: int) -> object:
    """Sum up the plans and sessions that may be seen in a few light statements; ``now`` in ms.

    A sum may stay the same by chance; whoever compares it hears of nearly every change by another way.
    """
    plans = plans_seen(sight).order_by().aggregate(Count("pk"), Sum("revision"), Max("updated_at"))
    lives = sessions_seen(sight).order_by().values("liveness").annotate(many=Count("pk"))
    silent = sessions_seen(sight).filter(long_silent(now)).order_by("session")
    names = list(silent.values_list("session", flat=True))
    return plans, sorted(lives.values_list("liveness", "many")), names
