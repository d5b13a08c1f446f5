"""What failed for a reason nobody foresaw: told whole once, then ever more rarely while it goes on."""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)


class Setbacks:
    """Counts how often in a row each thing failed in the same way."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[str, int]] = {}

    def tell(self, what: str, error: Exception) -> int:
        """Log a failure, with where it came from if it is another one than last time; counts them.

        Of those that repeat the 2nd, 4th, 8th … are told in a line.
        """
        said = named(error)
        before, count = self._counts.get(what, ("", 0))
        count = count + 1 if said == before else 1
        self._counts[what] = said, count
        if count == 1:
            log.error("%s; trying again", what, exc_info=error)
        elif count & (count - 1) == 0:
            log.error("%s; trying again (%d times in a row: %s)", what, count, said)
        return count

    def over(self, what: str) -> None:
        """It went well: the next failure is told whole again."""
        self._counts.pop(what, None)


def named(error: Exception) -> str:
    """Name an error on one line, the innermost of a group that holds only one."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    lines = str(error).splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__
