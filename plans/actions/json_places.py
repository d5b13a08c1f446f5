"""Where in a JSON text a value stands, so that a person finds what is wrong with it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = json.JSONDecoder()


def offset_of(text: str, path: Sequence[str | int]) -> int:
    """Find the value at a path of keys and indexes in a valid text; as far as the path leads."""
    at = _after_space(text, 0)
    for name in path:
        found = _child(text, at, name)
        if found is None:
            return at
        at = found
    return at


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Count lines and columns from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _child(text: str, at: int, name: str | int) -> int | None:
    """Find one value inside the object or list that begins at ``at``."""
    opening = text[at]
    if (opening == "{") is not isinstance(name, str) or opening not in "{[":
        return None
    at = _after_space(text, at + 1)
    index = 0
    while text[at] not in "}]":
        key: object = index
        if opening == "{":
            key, at = _value(text, at)
            at = _after_space(text, _after_space(text, at) + 1)
        if key == name:
            return at
        at = _after_space(text, _value(text, at)[1])
        at = _after_space(text, at + 1) if text[at] == "," else at
        index += 1
    return None


def _value(text: str, at: int) -> tuple[object, int]:
    """Read the value that begins here; gives it and where it ends."""
    value, end = _DECODER.raw_decode(text, at)
    return value, end


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
