"""Which steps have some words: by FTS5 on SQLite, by Django's full text search on PostgreSQL.

Both hold a step's title, what is said of it (owner and what it does now) and its notes, in this order of
weight; the migration ``0006_search`` says how they are kept true. A word is found by its beginning only where
it is the last one: somebody may still be typing it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models.expressions import RawSQL

from plans.mirror.models import Step

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
    # With it comes psycopg, which no board on SQLite should wait for.
    from django.contrib.postgres.search import (  # noqa: PLC0415
        SearchQuery,
        SearchRank,
        SearchVectorField,
    )

    asked = f"{' & '.join(f"'{word}'" for word in words)}:*"
    query = SearchQuery(asked, search_type="raw", config="simple")
    # Not named after its table: in a query within a query the table has another name.
    vector = RawSQL('"words"', (), output_field=SearchVectorField())
    found = Step.objects.annotate(said=vector).filter(said=query, removed=False)
    if plans is not None:
        found = found.filter(plan_id__in=plans)
    newest = found.order_by("-pk").values("pk")[:CONSIDERED]
    share = [weight / _WEIGHTS[0] for weight in (_WEIGHTS[2], *reversed(_WEIGHTS))]
    ranked = Step.objects.filter(pk__in=newest).annotate(rank=SearchRank(vector, query, weights=share))
    return list(ranked.order_by("-rank", "-pk").values_list("pk", flat=True)[:limit])
