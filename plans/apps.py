"""The Django application: one label, one set of migrations, all rooms."""

from django.apps import AppConfig


class PlansConfig(AppConfig):
    """The rooms of this package as one application."""

    name = "plans"
    verbose_name = "Planboard"
