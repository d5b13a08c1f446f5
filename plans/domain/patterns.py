"""Patterns of names, as people write them: ``payments.*``; the star stands for any letters, dots too."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_OF_PLANS: Final = re.compile(r"[\w.~*-]+")


def matches(pattern: str, name: str) -> bool:
    """Tell whether a pattern names this."""
    return _compiled(pattern).fullmatch(name) is not None


def names_plans(text: str) -> bool:
    """Tell whether a text could be the pattern of a namespace at all."""
    return _OF_PLANS.fullmatch(text) is not None


def one_of(patterns: Iterable[str]) -> str:
    """Write patterns as one regular expression, in words that Python, SQLite's and PostgreSQL's share."""
    return rf"\A(?:{'|'.join(_expression(pattern) for pattern in patterns)})\Z"


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_expression(pattern))


def _expression(pattern: str) -> str:
    # Runs of stars are one: else a pattern of many would take for ever to match.
    return ".*".join(re.escape(part) for part in re.split(r"\*+", pattern))
