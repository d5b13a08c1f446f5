"""The filter of a plan's views as text: ``owner:7f3a is:stale -phase:"cut over" "event store"``."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from plans.security.text import clean_line
from plans.web import digits

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 500
"""Letters of a filter that are read; nobody types more, and each costs something for each step."""

ME = "me"
NOBODY = "none"


class Key(StrEnum):
    """What may stand before a colon; ``WORD`` is what stands alone, ``STEP`` a number with a ``#``."""

    WORD = ""
    STEP = "#"
    OWNER = "owner"
    IS = "is"
    NEEDS = "needs"
    PHASE = "phase"


class Is(StrEnum):
    """What a step can be asked to be: as its card is marked, and a little more."""

    READY = "ready"
    WAITING = "waiting"
    RUNNING = "running"
    ASKING = "asking"
    BLOCKED = "blocked"
    DONE = "done"
    STALE = "stale"
    QUIET = "quiet"
    FAILED = "failed"
    CANCELLED = "cancelled"
    GATE = "gate"


class Term(NamedTuple):
    """One thing that is asked of a step; all have to hold."""

    key: Key
    text: str
    """In small letters."""
    is_not: bool = False
    is_literal: bool = False
    """It stood in quotes: ``owner:"none"`` is a session of that name."""


class Filter(NamedTuple):
    """What was understood, and what is to be said of the rest."""

    terms: tuple[Term, ...] = ()
    told: str = ""
    """A sentence about what is no filter here; it was looked for as words."""


_TERM = re.compile(r'(?P<not>-?)(?:(?P<key>[^\W\d]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]*))')
_KEYS = {key.value: key for key in (Key.OWNER, Key.IS, Key.NEEDS, Key.PHASE)} | {"wave": Key.PHASE}


def parsed(query: str) -> Filter:
    """Read a filter. It never refuses: what it does not know is looked for as it stands, and told."""
    terms: list[Term] = []
    told: list[str] = []
    for match in _matches(query[:LONGEST]):
        term, problem = _term(match)
        if term.text or term.is_literal:
            terms.append(term)
        if problem:
            told.append(problem)
    return Filter(tuple(term for term in terms if term.text), " ".join(dict.fromkeys(told)))


def _matches(text: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(text):
        match = _TERM.match(text, at)
        if match is None or match.end() == at:
            at += 1
            continue
        yield match
        at = match.end()


def _term(match: re.Match[str]) -> tuple[Term, str]:
    quoted, bare = match["quoted"], match["bare"] or ""
    is_literal = quoted is not None
    text = (quoted if quoted is not None else bare).lower()
    name = (match["key"] or "").lower()
    key = _KEYS.get(name)
    is_not = match["not"] == "-"
    if not name:
        return _word(text, is_not=is_not, is_literal=is_literal), ""
    if key is None and text.startswith("//"):
        return Term(Key.WORD, f"{name}:{text}", is_not), ""
    problem = _unknown(name, text) if key is None else _problem(key, text)
    if key is None or problem:
        return Term(Key.WORD, f"{name}:{text}", is_not, is_literal), problem
    return Term(key, text.strip(), is_not, is_literal), ""


def _word(text: str, *, is_not: bool, is_literal: bool) -> Term:
    number = text.removeprefix("#")
    if not is_literal and number != text and _is_number(number):
        return Term(Key.STEP, number, is_not)
    return Term(Key.WORD, text, is_not, is_literal)


def _unknown(name: str, text: str) -> str:
    known = ", ".join(f"{key}:" for key in (Key.OWNER, Key.IS, Key.NEEDS, Key.PHASE))
    said = clean_line(name)
    return f"There is no filter “{said}:”, so its letters are looked for. There are {known}." if text else ""


def _problem(key: Key, text: str) -> str:
    """Say what a key does not take; nothing where it is still being typed."""
    said = clean_line(text)
    if key is Key.IS and text and not any(kind.startswith(text) for kind in Is):
        return f"Nothing is “{said}”, so its letters are looked for. is: takes {', '.join(Is)}."
    if key is Key.NEEDS and not ME.startswith(text) and not _is_number(text.removeprefix("#")):
        return f"needs: takes me or a step's number, not “{said}”, so its letters are looked for."
    return ""


def _is_number(text: str) -> bool:
    return digits.are_digits(text, digits.STEP)
