"""Whether the database's tables are those of this version; nothing is changed here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection, connections

from plans.domain.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Iterable

_APPLIED: Final = "django_migrations"


class NewerDatabase(PlanError):
    """A later version of this program has changed the tables."""

    code = "newer_database"
    advice = "Update Planboard; this version would not find its way in these tables."

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(f"The database was made by a newer version of Planboard ({', '.join(names)})")


class OlderDatabase(PlanError):
    """The tables are missing, or those of an earlier version."""

    code = "older_database"

    def __init__(self, *, remedy: str) -> None:
        super().__init__("The database is not up to date", advice=f"Run `manage.py {remedy}` first.")


def refuse_newer() -> None:
    """Raise NewerDatabase where something was done to our tables that is not known here."""
    with connection.cursor() as cursor:
        if _APPLIED not in connection.introspection.table_names(cursor):
            return
        cursor.execute(f"SELECT name FROM {_APPLIED} WHERE app = 'plans'")  # noqa: S608 - a constant
        applied = {str(row[0]) for row in cursor.fetchall()}
    folder = Path(apps.get_app_config("plans").path) / "migrations"
    if newer := sorted(applied - {path.stem for path in folder.glob("[0-9]*.py")}):
        raise NewerDatabase(f"plans {name}" for name in newer)


def new_sqlite_file() -> tuple[Path, ...]:
    """Name the database's file, if it is one that is still to be made."""
    named = (Path(connection.settings_dict["NAME"]),) if connection.vendor == "sqlite" else ()
    return tuple(path for path in named if not path.exists())


def refuse_older(*, remedy: str) -> None:
    """Raise OlderDatabase where tables have to be made or changed; ``remedy`` is the command that does it."""
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - a start of the board needs none

    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise OlderDatabase(remedy=remedy)
