"""What the pages get from the settings: plans.wiring's objects, once a process."""

from __future__ import annotations

from functools import lru_cache
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
    """Give the plans and sessions under the root of this process; the same ones for all its threads."""
    return _desk(environment())


@lru_cache(maxsize=1)
def _desk(settings_read: Environment) -> Desk:
    return wiring.desk(settings_read)
