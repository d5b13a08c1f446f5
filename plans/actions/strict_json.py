"""Read JSON that callers send: nothing in it may mean two things to two programs."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import TYPE_CHECKING

from plans.domain.errors import TooLarge, WrongInput
from plans.domain.limits import DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMIT = 1024 * 1024
"""Bytes of one document."""
_SPARE = 8
"""Levels that a document has around the values that the depth limit is about."""
_INTEGERS = range(-(2**63), 2**64)


def read_json(data: bytes, *, what: str = "The JSON") -> object:
    """Read one document; raises WrongInput, TooLarge.

    Refused: other encodings than UTF-8, duplicate keys, NaN and infinities, half characters,
    integers over 64 bits, anything after the document, too much nesting.
    """
    if len(data) > LIMIT:
        raise TooLarge(f"{what} has {len(data):,} bytes; {LIMIT:,} is the most")
    try:
        value: object = json.loads(
            _decoded(data, what), object_pairs_hook=_unique, parse_constant=_no_number, parse_float=_finite
        )
        _check(value, 0)
    except json.JSONDecodeError as error:
        raise _wrong(what, f"{error.msg} (line {error.lineno}, column {error.colno})") from error
    except RecursionError as error:
        raise TooLarge(f"{what} is nested too deeply; {DEPTH} levels are the most") from error
    except ValueError as error:
        raise _wrong(what, str(error)) from error
    return value


def check_value(value: object, *, what: str) -> None:
    """Hold a document that somebody else has read to the same rules, but for keys that came twice."""
    try:
        _check(value, 0)
    except RecursionError as error:
        raise TooLarge(f"{what} is nested too deeply; {DEPTH} levels are the most") from error
    except ValueError as error:
        raise _wrong(what, str(error)) from error


def _decoded(data: bytes, what: str) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise _wrong(what, f"byte {error.start} is not UTF-8") from error
    if text.startswith("\ufeff"):
        raise _wrong(what, "it begins with a byte order mark")
    return text


def _wrong(what: str, why: str) -> WrongInput:
    return WrongInput(f"{what} cannot be read: {why}", advice="Send one JSON document as UTF-8.")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        message = f"the key {_twice(name for name, _ in pairs)[:80]!r} appears twice"
        raise ValueError(message)
    return found


def _twice(names: Iterable[str]) -> str:
    """Find the name that comes most often; one does so twice. An object may have a hundred thousand."""
    return Counter(names).most_common(1)[0][0]


def _no_number(text: str) -> float:
    message = f"{text} is not a JSON number"
    raise ValueError(message)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        message = f"the number {text[:40]} is too large"
        raise ValueError(message)
    return number


def _check(value: object, depth: int) -> None:
    if depth > DEPTH + _SPARE:
        raise RecursionError
    if isinstance(value, str):
        _whole(value)
    elif isinstance(value, int) and value not in _INTEGERS:
        message = f"the number {str(value)[:40]} has more than 64 bits"
        raise ValueError(message)
    elif isinstance(value, float) and not math.isfinite(value):
        _no_number(str(value))
    for child in _children(value):
        _check(child, depth + 1)


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return (*value, *value.values())
    return value if isinstance(value, list) else ()


def _whole(text: str) -> None:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        message = "a text contains half a character (a lone surrogate)"
        raise ValueError(message)
