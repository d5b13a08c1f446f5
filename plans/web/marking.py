"""Which letters of a text are what somebody looked for, and the part of a long text where they stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LENGTH = 160
_BEFORE = 50
"""Letters that an excerpt shows before the first word that was looked for."""


class Piece(NamedTuple):
    """A piece of a text."""

    text: str
    is_marked: bool


type Pieces = tuple[Piece, ...]


def marked(text: str, words: Sequence[str]) -> Pieces:
    """Cut a text where words begin that were looked for."""
    if not words or not text:
        return (Piece(text, is_marked=False),) if text else ()
    return tuple(_pieces(text, _pattern(words)))


def excerpt(text: str, words: Sequence[str]) -> Pieces:
    """Give the part of a text around the first word that was looked for; nothing where there is none."""
    found = _pattern(words).search(text) if words else None
    if found is None:
        return ()
    start = max(0, found.start() - _BEFORE)
    start = text.find(" ", start, found.start()) + 1 or start
    end = start + LENGTH
    part = text[start:end].strip()
    return marked(f"{'…' if start else ''}{part}{'…' if end < len(text) else ''}", words)


def _pieces(text: str, pattern: re.Pattern[str]) -> Iterator[Piece]:
    at = 0
    for found in pattern.finditer(text):
        if found.start() > at:
            yield Piece(text[at : found.start()], is_marked=False)
        yield Piece(found[0], is_marked=True)
        at = found.end()
    if at < len(text):
        yield Piece(text[at:], is_marked=False)


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})", re.IGNORECASE)
