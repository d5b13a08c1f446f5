"""The board's database for commands: opened by name, since commands never import Django by themselves."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from plans.domain.actor import require_person

if TYPE_CHECKING:
    from types import ModuleType

    from plans.agents.call import Call


def open_office(call: Call, name: str, *, what: str) -> ModuleType:
    """Load what the site does there, with the settings of this call; only a person may ``what``."""
    require_person(call.by, what)
    os.environ["PLANBOARD_ROOT"] = call.environment.root_folder
    os.environ["PLANBOARD_HOME"] = call.environment.home_folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "plans_site.settings"
    return import_module(name)
