"""Whether values are the same in JSON: 1, 1.0 and true are three there, and equal to Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from plans.domain.step import Step


def is_same(old: object, new: object) -> bool:
    """Tell whether two values would be written alike, whatever the order of their keys."""
    return old is new or (old == new and (isinstance(old, str) or _written(old) == _written(new)))


def is_same_step(old: Step, new: Step) -> bool:
    """Tell whether two steps say the same, what Planboard does not know of them included."""
    if old != new:
        return False
    same_extra = not old.extra or is_same(old.extra, new.extra)
    return same_extra and (not old.beyond or is_same(old.beyond, new.beyond))


def _written(value: object) -> bytes:
    return msgspec.json.encode(value, order="deterministic")
