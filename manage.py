#!/usr/bin/env python
"""Django's commands for this project: migrate, sync_plans, rebuild_mirror, check."""

import os
import sys

from django.core.management import execute_from_command_line

from plans.domain.errors import PlanError


def main() -> None:
    """Run the command that the arguments name; a wrong setting is one sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plans_site.settings")
    try:
        execute_from_command_line(sys.argv)
    except PlanError as refusal:
        sys.exit(f"{refusal.message}. {refusal.advice}")


if __name__ == "__main__":
    main()
