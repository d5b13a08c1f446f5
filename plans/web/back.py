"""The way back from something that was done to one of many steps, as the page carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plans.domain.errors import WrongInput
from plans.web import digits

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 200
"""Steps that one press takes back."""
_PARTS = 5


class Back(NamedTuple):
    """One step's way back: by which verb, to what."""

    namespace: str
    number: int
    revision: int
    """The step's, right after what is taken back."""
    verb: str
    """``undo``, ``reassign`` or ``move``."""
    value: str = ""
    """The owner before, or the step that stood above it."""

    def __str__(self) -> str:
        return f"{self.namespace}/{self.number}/{self.revision}/{self.verb}/{self.value}"


def ways_back(values: Sequence[str]) -> tuple[Back, ...]:
    """Read what a toast's form holds; raises WrongInput."""
    parts = [value.split("/", _PARTS - 1) for value in values]
    if not parts or len(parts) > MOST or not all(_is_way(part) for part in parts):
        message = "It does not say what is to be taken back"
        raise WrongInput(message, advice="Look at the steps; each can be changed in its drawer.")
    return tuple(Back(part[0], int(part[1]), int(part[2]), part[3], part[4]) for part in parts)


def _is_way(part: Sequence[str]) -> bool:
    if len(part) != _PARTS or part[3] not in {"undo", "reassign", "move"}:
        return False
    numbers = part[1:3] if part[3] != "move" or not part[4] else (*part[1:3], part[4])
    return all(digits.are_digits(text, digits.STORED) for text in numbers)
