"""Files that a program's own reader refuses, and the place in them that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.problem import Problem, Trouble
from plans.store import json_text

if TYPE_CHECKING:
    from plans.store.json_text import BadJson


class BadFile(ValueError):
    """A program's own reader refuses its files; the message says why, in its words where it has some."""

    def __init__(self, message: str, *, file: str = "", place: BadJson | None = None) -> None:
        """``place`` is where in the ``file`` it is, if it is a place; without a ``file`` it is plan.json."""
        super().__init__(message)
        self._file, self._place = file, place

    @property
    def problem(self) -> Problem:
        """Say what is wrong to whoever shows the plan."""
        problem = Problem(kind=Trouble.UNREADABLE, message=str(self), file=self._file)
        if self._place is None:
            return problem
        at = self._place
        return replace(
            problem, line=at.line, column=at.column, excerpt=at.excerpt, before=at.before, after=at.after
        )


def json_in(data: bytes, *, what: str, file: str = "") -> tuple[object, bool]:
    """Read JSON as ``json_text.parse`` does; ``what`` names it in the sentence of the BadFile it raises."""
    try:
        return json_text.parse(data)
    except json_text.BadJson as bad:
        message = f"{what} is not valid JSON: {bad} (line {bad.line}, column {bad.column})"
        raise BadFile(message, file=file, place=bad) from None
    except json_text.TooDeep as deep:
        message = f"{what} is {deep}"
        raise BadFile(message, file=file) from None
