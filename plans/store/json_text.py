"""JSON as bytes, both ways: what JavaScript programs write and read, half characters included."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from msgspec import Struct

_SURROGATE = re.compile("[\ud800-\udfff]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN')
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_NULL = b"null"
_LONG_NUMBER = 300
_WIDTH = 200
_AROUND = 2
"""Lines that are shown above and below one that is wrong."""


class BadJson(ValueError):
    """The text is no JSON; line and column (both from 1) and the line itself say where."""

    def __init__(self, message: str, *, text: str, position: int) -> None:
        super().__init__(message)
        self.line = text.count("\n", 0, position) + 1
        start = text.rfind("\n", 0, position) + 1
        end = text.find("\n", start)
        self.column = position - start + 1
        self.excerpt = text[start : len(text) if end < 0 else end][:_WIDTH]
        self.before = _cut(text[:start].rsplit("\n", _AROUND + 1)[-_AROUND - 1 : -1])
        self.after = _cut(text[end + 1 :].split("\n", _AROUND)[:_AROUND]) if end >= 0 else ()


def _cut(lines: list[str]) -> tuple[str, ...]:
    return tuple(line[:_WIDTH] for line in lines)


class TooDeep(ValueError):
    """The nesting is deeper than this reader goes."""


def encode(json_text: str) -> bytes:
    """Turn JSON text into UTF-8; half characters become lower-case escapes, as in JavaScript."""
    try:
        return json_text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", json_text).encode()


def compact(value: object) -> bytes:
    """Write a value on one line without spaces."""
    return encode(_COMPACT.encode(value))


def written(value: Struct) -> bytes:
    """Write a value on one line as ``compact`` does, at once where that is sure to be the same.

    Halves of characters msgspec refuses; what is no number it would write as null.
    """
    try:
        data = msgspec.json.encode(value)
    except UnicodeEncodeError:
        data = _NULL
    return data if _NULL not in data else compact(msgspec.to_builtins(value))


def parse(data: bytes) -> tuple[object, bool]:
    """Read JSON as a JavaScript program does; also tell whether an object named a key twice (the last wins).

    Bytes that are not UTF-8 become U+FFFD. Raises BadJson and TooDeep.
    """
    text = data.decode("utf-8", errors="replace")
    repeated: list[str] = []

    def pairs(items: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(items)
        if len(found) != len(items):
            repeated.append("")
        return found

    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=_refuse_constant, parse_int=_number)
    except _Constant as constant:
        position = next(m.start() for m in _TOKEN.finditer(text) if m[0] == constant.word)
        message = f"{constant.word} is not valid JSON"
        raise BadJson(message, text=text, position=position) from None
    except json.JSONDecodeError as error:
        raise BadJson(error.msg, text=text, position=error.pos) from None
    except RecursionError:
        message = "nested too deep to be read"
        raise TooDeep(message) from None
    return value, bool(repeated)


class _Constant(ValueError):
    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def _refuse_constant(word: str) -> object:
    raise _Constant(word)


def _number(digits: str) -> int | float:
    """Read an integer; one of hundreds of digits becomes a double, as it does for the peers."""
    return int(digits) if len(digits) < _LONG_NUMBER else float(digits)
