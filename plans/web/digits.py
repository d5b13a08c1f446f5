"""Numbers as addresses and forms say them: digits only, and never more than such a number has."""

from __future__ import annotations

from typing import Final

STEP: Final = 9
"""Digits of the largest step number that is taken anywhere."""
REVISION: Final = 15
"""Digits that no revision gets beyond."""
TIME: Final = 14
"""Digits of a time in ms, up to the year 5138."""
STORED: Final = 18
"""Digits of a number that every database holds, whatever it counts."""


def are_digits(text: str, most: int) -> bool:
    """Tell whether a text is a whole number of at most so many digits, and nothing else."""
    return text.isascii() and text.isdigit() and len(text) <= most


def number_in(text: str, most: int) -> int | None:
    """Read a whole number of at most so many digits; None for anything else."""
    return int(text) if are_digits(text, most) else None
