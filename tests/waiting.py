"""Waiting for what other processes and threads bring about: never for luck, and never for ever."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 120.0
"""Seconds anything may take on a machine with ten times its work before a test calls it broken."""
SOON = 20.0
"""Seconds for what takes a moment, where the other way would be to sit out a long wait."""


def until[T](found: Callable[[], T], *, pause: float = 0.02, patience: float = PATIENCE) -> T:
    """Wait for something true, asking again after each pause (s); gives it."""
    deadline = time.monotonic() + patience
    while not (result := found()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(pause)
    return result
