"""Titles in boxes: where lines end, by how wide letters are as a rule. SVG breaks no lines by itself."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_NARROW = frozenset("iljtfrI.,:;'`|!()[]{}·-\" ")
_BROAD = frozenset("mwMW@%—…")
_TOLD = frozenset("WF")
"""East Asian wide and full-width letters."""
_INVISIBLE = frozenset({"Mn", "Me", "Cf"})
_MOST = 200
"""Letters of a title that are looked at: no box holds more."""


@lru_cache(maxsize=8192)
def wrapped(text: str, *, width: float, lines: int) -> tuple[str, ...]:
    """Break a text into lines of at most ``width`` em; what does not fit ends in "…"."""
    found: list[str] = []
    rest = " ".join(text[:_MOST].split())
    while rest and len(found) < lines:
        line = _head(rest, width)
        rest = rest[len(line) :].lstrip()
        found.append(line.rstrip())
    if rest or len(text) > _MOST:
        found[-1] = _cut(found[-1], width - _width("…")).rstrip() + "…"
    return tuple(found)


def _head(text: str, width: float) -> str:
    """Give the words that fit, or of a first word that does not the part that does."""
    fitting = _cut(text, width)
    if len(fitting) == len(text) or text[len(fitting)].isspace():
        return fitting
    words = fitting.rfind(" ")
    return fitting[:words] if words > 0 else fitting


def _cut(text: str, width: float) -> str:
    """Give the letters that fit, at least one."""
    used = 0.0
    for at, letter in enumerate(text):
        used += _width(letter)
        if used > width:
            return text[: max(1, at)]
    return text


@lru_cache(maxsize=4096)
def _width(letter: str) -> float:
    """Tell about how wide a letter is, in em."""
    if letter in _NARROW:
        return 0.31
    if letter in _BROAD:
        return 0.88
    if unicodedata.east_asian_width(letter) in _TOLD:
        return 1.05
    if unicodedata.category(letter) in _INVISIBLE:
        return 0.0
    return 0.68 if letter.isupper() else 0.56
