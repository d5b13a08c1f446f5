"""How many cards of a column a large board shows, as its address says."""

from __future__ import annotations

from plans.domain.standing import Column


def windows_of(text: str) -> dict[str, int]:
    """Read ``run:100,done:150`` from an address; whatever is no such thing is left out."""
    pairs = (part.partition(":") for part in text.split(","))
    return {
        column: int(size)
        for column, _, size in pairs
        if column in set(Column) and size.isascii() and size.isdigit() and len(size) < len("10000")
    }
