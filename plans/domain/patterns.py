"""Patterns of names, as people write them: ``payments.*``; the star stands for any letters, dots too."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_OF_PLANS: Final = re.compile(r"[\w.~*-]+")


def matches(pattern: str, name: str) -> bool:
    """Tell whether a pattern names this."""
    return _compiled(pattern).fullmatch(name) is not None


def names_plans(text: str) -> bool:
    """Tell whether a text could be the pattern of a namespace at all."""
    return _OF_PLANS.fullmatch(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Runs of stars are one: else a pattern of many would take for ever to match.
    return re.compile(".*".join(re.escape(part) for part in re.split(r"\*+", pattern)))
