"""Bringing the database up to date, without loading Django's machinery when it is already."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from typing import TYPE_CHECKING
from zlib import crc32

from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection

from plans.domain.errors import StorageFailed
from plans.management.tables import new_sqlite_file, refuse_newer
from plans.security.home_owner import give_to_owner

if TYPE_CHECKING:
    from collections.abc import Iterator

_POSITIVE = 0x7FFF_FFFF


def migrate() -> None:
    """Make or update the tables. Raises StorageFailed."""
    fresh = new_sqlite_file()
    try:
        _migrate()
    except (DatabaseError, sqlite3.Error) as error:
        message = f"The database does not open: {error}"
        advice = "Look at PLANBOARD_DATABASE_URL, or at the permissions of the home folder."
        raise StorageFailed(message, advice=advice) from error
    finally:
        connection.close()
        for made in fresh:
            with suppress(FileNotFoundError):  # why there is none is told
                give_to_owner(made, is_new=True)


def _migrate() -> None:
    if connection.vendor != "sqlite":
        refuse_newer()
        call_command("migrate", interactive=False, verbosity=0)
        return
    wanted = _fingerprint()
    if _marked() != wanted:
        refuse_newer()
        call_command("migrate", interactive=False, verbosity=0)
        _mark(wanted)


def _fingerprint() -> int:
    """Sum up which migrations there are: asking Django would load and compare every one of them."""
    return (crc32("\n".join(sorted(_names())).encode()) & _POSITIVE) or 1


def _names() -> Iterator[str]:
    for app in apps.get_app_configs():
        folder = os.path.join(app.path, "migrations")  # noqa: PTH118
        if os.path.isdir(folder):  # noqa: PTH112
            yield from (f"{app.label} {name}" for name in os.listdir(folder) if name[:1].isdigit())  # noqa: PTH208


def _marked() -> int:
    """Read SQLite's number for the application's own use; 0 in a new file."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        return int(cursor.fetchone()[0])


def _mark(fingerprint: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA user_version = {fingerprint:d}")
