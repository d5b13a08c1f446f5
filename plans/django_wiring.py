"""What the pages get from the settings: plans.wiring's objects, once a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from plans.wiring import Environment


def environment() -> Environment:
    """Give the settings that this process started with."""
    read: Environment = settings.PLANBOARD
    return read
