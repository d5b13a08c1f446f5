"""A text around the place that is wrong in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec

from plans.security.text import clean_line

if TYPE_CHECKING:
    from plans.domain.problem import Problem

_WIDTH: Final = 160
"""Letters shown of a long line, the wrong place among them."""
_WORD: Final = re.compile(r"\S{1,24}")


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the text; ``mark`` is what is wrong in it."""

    number: int
    before: str
    mark: str = ""
    after: str = ""
    is_bad: bool = False


def lines_around(problem: Problem) -> tuple[LineView, ...]:
    """Give the wrong line with its neighbours; nothing where the place is not known."""
    if problem.line is None or problem.column is None:
        return ()
    first = problem.line - len(problem.before)
    return (
        *(_plain(number, line) for number, line in enumerate(problem.before, first)),
        _bad(problem.line, problem.excerpt, problem.column - 1),
        *(_plain(number, line) for number, line in enumerate(problem.after, problem.line + 1)),
    )


def _plain(number: int, line: str) -> LineView:
    return LineView(number=number, before=clean_line(line[:_WIDTH]))


def _bad(number: int, line: str, at: int) -> LineView:
    start = max(0, at - _WIDTH // 2)
    found = _WORD.match(line, at)
    end = found.end() if found else at
    return LineView(
        number=number,
        before=clean_line(line[start:at]),
        mark=clean_line(line[at:end]),
        after=clean_line(line[end : start + _WIDTH]),
        is_bad=True,
    )
