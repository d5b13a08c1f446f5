"""By whose signatures the decisions in the mirror were judged, since the worker has been through them all."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from plans.mirror.models import Worker


class Judged(NamedTuple):
    """How far a mirror was judged."""

    trust: str = ""
    """Names what was believed when everything was judged last; "" where nothing was yet."""
    owed: frozenset[str] = frozenset()
    """Plans that could not be read then: what they say was judged by others."""


def judged_by() -> Judged:
    """Tell by whom the mirror was judged last."""
    found = Worker.objects.values_list("trust", "owed").first()
    if found is None:
        return Judged()
    trust, owed = found
    return Judged(trust, msgspec.json.decode(owed, type=frozenset[str]))


def note_judged(judged: Judged) -> bool:
    """Note that everything was judged so; False before any worker has shown a sign of life."""
    owed = msgspec.json.encode(sorted(judged.owed)).decode()
    return Worker.objects.update(trust=judged.trust, owed=owed) > 0
