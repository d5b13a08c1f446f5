"""Words without their accents on PostgreSQL, so that ``prufen`` finds ``prüfen`` there, too.

SQLite's index does so by itself. No extension is needed: the letters are taken apart, and the marks away.
"""

# ruff: noqa: S608 - nothing in these statements comes from outside

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from django.db import migrations

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SEARCH = import_module("plans.migrations.0006_search")
_FIRST_LETTERS = f"left(coalesce(said, ''), {_SEARCH._LONGEST})"
_BARE_LETTERS = f"regexp_replace(normalize({_FIRST_LETTERS}, NFD), '[\\u0300-\\u036f]+', '', 'g')"


def _vector(letters: str) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION plans_vector(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE AS $$
        SELECT to_tsvector(
            'simple', translate({letters}, '{_SEARCH._SIGNS}', repeat(' ', {_SEARCH._SIGN_COUNT}))
        )
    $$
    """


def _hold(letters: str, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(_vector(letters), params=None)
        editor.execute("UPDATE plans_step SET title = title", params=None)


def make(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Take the accents off all words that are held, and off those that come."""
    _hold(_BARE_LETTERS, editor)


def unmake(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Hold the words as they are written."""
    _hold(_FIRST_LETTERS, editor)


class Migration(migrations.Migration):
    """Find words by their letters alone."""

    dependencies: ClassVar = [("plans", "0008_tokens")]

    operations: ClassVar = [migrations.RunPython(make, unmake)]
