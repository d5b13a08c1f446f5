"""By whose signatures the decisions in the mirror were judged, since the worker has been through them all."""

from __future__ import annotations

from plans.mirror.models import Worker


def judged_by() -> str:
    """Name what was believed when everything was judged last; "" where nothing was yet."""
    return Worker.objects.values_list("trust", flat=True).first() or ""


def note_judged(trust: str) -> bool:
    """Note that everything was judged so; False before any worker has shown a sign of life."""
    return Worker.objects.update(trust=trust) > 0
