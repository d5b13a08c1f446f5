#!/usr/bin/env python
"""Django's commands for this project: migrate, sync_plans, rebuild_mirror, check."""

import os
import sqlite3
import sys

from django.core.management import execute_from_command_line
from django.db import DatabaseError

from plans.domain.errors import PlanError


def main() -> None:
    """Run the command that the arguments name; what is in the way is one sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plans_site.settings")
    try:
        execute_from_command_line(sys.argv)
    except PlanError as refusal:
        sys.exit(f"{refusal.message.rstrip('.')}. {refusal.advice}")
    except (DatabaseError, sqlite3.Error) as error:
        sys.exit(f"The database refuses: {' '.join(str(error).split())}. `planboard doctor` looks at it.")


if __name__ == "__main__":
    main()
