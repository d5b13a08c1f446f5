"""The Django application: one label, one set of migrations, all rooms."""

import atexit

from django.apps import AppConfig
from django.core import checks
from django.db import connections


class PlansConfig(AppConfig):
    """The rooms of this package as one application."""

    name = "plans"
    verbose_name = "Planboard"

    def ready(self) -> None:
        """Have wrong settings told at every start, and the end not waited for."""
        from plans.checks import check_settings  # noqa: PLC0415 - its rooms need the apps first

        checks.register(check_settings)
        atexit.register(close_pools)


def close_pools() -> None:
    """Stop the threads of psycopg's pool: left to the interpreter, each takes 5 s to give up."""
    for connection in connections.all():
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]  # SQLite has none
