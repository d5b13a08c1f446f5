"""Which steps have some words: by FTS5 on SQLite, by its own full text search on PostgreSQL.

Both hold a step's title, what is said of it (owner and what it does now) and its notes, in this order of
weight; the migrations ``0006_search`` and ``0009_unaccented`` say how they are kept true. A word is found by
its beginning only where it is the last one: somebody may still be typing it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Sequence

CONSIDERED = 5_000
"""Steps that are ranked, the newest ones: a single letter may begin a word of every step there is."""

_WEIGHTS = (10.0, 4.0, 1.0)
_MATCHING = """
    SELECT rowid FROM (
        SELECT rowid, bm25(plans_words, %s, %s, %s) AS distance FROM plans_words
        WHERE plans_words MATCH %s {within} ORDER BY rowid DESC LIMIT %s
    ) ORDER BY distance, rowid DESC LIMIT %s
"""
_RANKED = """
    SELECT id FROM (
        SELECT id, words FROM plans_step
        WHERE words @@ to_tsquery('simple', %s) AND NOT removed {within} ORDER BY id DESC LIMIT %s
    ) AS newest
    ORDER BY ts_rank(%s::real[], words, to_tsquery('simple', %s)) DESC, id DESC LIMIT %s
"""
"""Not as Django would write it: it would look for the newest ones' vectors in the whole table again."""
_ACCENTS = re.compile("[\u0300-\u036f]")
_WITHIN = "AND rowid IN (SELECT id FROM plans_step WHERE plan_id IN ({plans}))"


def matching(words: Sequence[str], *, plans: Sequence[int] | None = None, limit: int) -> list[int]:
    """Give the keys of the steps that have all the words, best first; ``plans`` None means of any plan.

    Words are letters and digits only.
    """
    if not words or plans == []:
        return []
    engine = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    return engine(words, plans, limit)


def _on_sqlite(words: Sequence[str], plans: Sequence[int] | None, limit: int) -> list[int]:
    query = f"{' '.join(f'"{word}"' for word in words)}*"
    within = _WITHIN.format(plans=", ".join("%s" for _ in plans)) if plans is not None else ""
    values: list[float | str] = [*_WEIGHTS, query, *(plans or ()), CONSIDERED, limit]
    with connection.cursor() as cursor:
        cursor.execute(_MATCHING.format(within=within), values)
        return [key for (key,) in cursor.fetchall()]


def _on_postgresql(words: Sequence[str], plans: Sequence[int] | None, limit: int) -> list[int]:
    query = f"{' & '.join(f"'{_unaccented(word)}'" for word in words)}:*"
    shares = [weight / _WEIGHTS[0] for weight in (_WEIGHTS[2], *reversed(_WEIGHTS))]
    within, wanted = ("AND plan_id = ANY(%s)", [list(plans)]) if plans is not None else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(_RANKED.format(within=within), [query, *wanted, CONSIDERED, shares, query, limit])
        return [key for (key,) in cursor.fetchall()]


def _unaccented(word: str) -> str:
    """Take the accents off, as the database does with what it holds; FTS5 does both by itself."""
    return _ACCENTS.sub("", unicodedata.normalize("NFD", word))
