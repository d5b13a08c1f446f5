"""What the pages get from the settings: plans.wiring's objects, once a process."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from plans import wiring

if TYPE_CHECKING:
    from plans.actions.desk import Desk
    from plans.wiring import Environment


def environment() -> Environment:
    """Give the settings that this process started with."""
    read: Environment = settings.PLANBOARD
    return read


def desk() -> Desk:
    """Give what actions work at; the same one every time, since its store remembers what it read."""
    return _desk(environment())


@cache
def _desk(read: Environment) -> Desk:
    return wiring.desk(read)
