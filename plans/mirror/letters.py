"""Whether a column has a word, in upper or lower case of any script: the same answer from both databases.

SQLite's LIKE knows the case of A to Z only, PostgreSQL's what its locale knows. So a word with other letters
is asked for as a regular expression that spells each of them out; those of A to Z stay with LIKE. Such a word
does not find letters that are several in one, as the ``ﬁ`` of a PDF is; only ``ß`` is found by ``ss``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from django.db.models import Q

_CASED: Final = range(0x20000)
"""No letter beyond has two cases."""
_LONGEST: Final = 64


def holding(word: str, *columns: str) -> Q:
    """Pick the rows of which one of the columns has a word; of a long one, its first 64 letters."""
    begun = word[:_LONGEST].casefold()
    lookup, asked = ("icontains", _likes(begun)) if word.isascii() else ("regex", {_spelt_out(begun)})
    found = Q()
    for column in columns:
        for form in sorted(asked):
            found |= Q(**{f"{column}__{lookup}": form})
    return found


def _likes(word: str) -> set[str]:
    """Give the forms of a word of A to Z; its ``ss`` may be a ``ß``, which has no upper case for SQLite."""
    return {word, word.replace("ss", "ß"), word.replace("ss", "ẞ")}


def _spelt_out(word: str) -> str:
    """Write what matches a folded word however it is written; read alike by Python and PostgreSQL."""
    several = sorted((folded for folded in _spellings() if len(folded) > 1), key=len, reverse=True)
    parts = re.compile(f"{'|'.join(map(re.escape, several))}|.", re.DOTALL)
    return "".join(_any_spelling(found[0]) for found in parts.finditer(word))


def _any_spelling(part: str) -> str:
    if len(part) == 1:
        others = _spellings().get(part, "")
        return f"[{part}{others}]" if others else re.escape(part)
    return f"(?:{''.join(map(_any_spelling, part))}|[{_spellings()[part]}])"


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    """Name the letters that are folded to some other one, or to several: ``ß`` and ``ẞ`` to ``ss``."""
    spelt: dict[str, str] = {}
    for letter in map(chr, _CASED):
        folded = letter.casefold()
        if folded != letter:
            spelt[folded] = spelt.get(folded, "") + letter
    return spelt
