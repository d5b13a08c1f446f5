"""`manage.py check_mirror`: where the mirror is not what the files say; ends with 1 if anywhere."""

from __future__ import annotations

import sys
import time
from typing import Any, override

from django.core.management.base import BaseCommand

from plans.django_wiring import desk
from plans.management.tables import refuse_newer, refuse_older
from plans.security.text import clean_line
from plans.sync.rebuilding import differences

PATIENCE_SECONDS = 3.0
"""A running worker may be just about to copy what differs."""


class Command(BaseCommand):
    """Compare every plan, step and revision."""

    help = "Compares the mirror with the plan files and says what differs; exit code 1 if anything does."
    requires_system_checks = ()  # of pages and their addresses it needs nothing

    @override
    def handle(self, *args: object, **options: Any) -> None:
        refuse_newer()
        refuse_older(remedy="rebuild_mirror")
        found = set(differences(desk().store))
        if found:
            time.sleep(PATIENCE_SECONDS)
            found &= set(differences(desk().store))
        for namespace, difference in sorted(found):
            self.stdout.write(f"{namespace}: {clean_line(difference)}")
        if found:
            self.stderr.write("Make the mirror again with `manage.py rebuild_mirror`.")
            sys.exit(1)
        self.stdout.write("The mirror is what the files say.")
