"""How many cards of a column a large board shows, as its address says."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from plans.domain.standing import Column
from plans.web.digits import are_digits

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGITS = 4
"""Of a number of cards: no plan has more than 5,000 steps."""


def windows_of(text: str) -> dict[str, int]:
    """Read ``run:100,done:150`` from an address; whatever is no such thing is left out."""
    pairs = (part.partition(":") for part in text.split(","))
    return {
        column: int(size) for column, _, size in pairs if column in set(Column) and are_digits(size, _DIGITS)
    }


def widened(windows: Mapping[str, int], column: Column, *, size: int, asked: Mapping[str, str]) -> str:
    """Address the same board with so many cards of one column."""
    more = ",".join(f"{name}:{shown}" for name, shown in {**windows, column.value: size}.items())
    return asking_again({"more": more, **asked})


def asking_again(asked: Mapping[str, str]) -> str:
    """Address the same page; what is empty is left out."""
    return f"?{urlencode({name: said for name, said in asked.items() if said}, safe=':,')}"
