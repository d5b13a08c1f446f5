"""The Django application: one label, one set of migrations, all rooms."""

from django.apps import AppConfig
from django.core import checks


class PlansConfig(AppConfig):
    """The rooms of this package as one application."""

    name = "plans"
    verbose_name = "Planboard"

    def ready(self) -> None:
        """Have wrong settings told at every start."""
        from plans.checks import check_settings  # noqa: PLC0415 - its rooms need the apps first

        checks.register(check_settings)
