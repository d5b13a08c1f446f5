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


def one_of(patterns: Iterable[str], *, tries_again: bool = True) -> str:
    """Write patterns as one regular expression, for Python's and SQLite's.

    These try again whatever they matched, and have to be told where not to. PostgreSQL's never does, and does
    not know the words: ``tries_again`` leaves them out.
    """
    written = "|".join(_expression(pattern, tries_again=tries_again) for pattern in patterns)
    return rf"\A(?:{written})\Z"


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(_expression(pattern, tries_again=True))


def _expression(pattern: str, *, tries_again: bool) -> str:
    """Let each part between stars match where it comes first, and there only.

    That is always right, since the star behind it takes any rest. Else a name that nearly fits would be tried
    in as many ways as its letters can be shared out among the stars.
    """
    first, *rest = (re.escape(part) for part in re.split(r"\*+", pattern))
    if not rest:
        return first
    *middle, last = rest
    found = (f"(?>.*?{part})" if tries_again else f".*{part}" for part in middle)
    return f"{first}{''.join(found)}.*{last}"
