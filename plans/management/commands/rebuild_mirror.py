"""`manage.py rebuild_mirror`: the mirror again from the files; makes a database that is gone."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import Any, override

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from plans.django_wiring import desk, environment
from plans.management.tables import new_sqlite_file, refuse_newer
from plans.security.home_owner import give_to_owner
from plans.security.text import clean_line
from plans.sync.rebuilding import rebuild
from plans.sync.standby import LOCK_FILE, lock_for

PROGRESS_SECONDS = 1.0


class Command(BaseCommand):
    """Empty the mirror and copy every plan."""

    help = "Makes the mirror again from the plan files, history included. Accounts and settings stay."
    requires_system_checks = ()  # of pages and their addresses it needs nothing

    @override
    def handle(self, *args: object, **options: Any) -> None:
        fresh = new_sqlite_file()
        refuse_newer()
        call_command("migrate", interactive=False, verbosity=0)
        lock = lock_for(environment().home_folder)
        if not lock.take():
            message = (
                "A worker is copying into this mirror. Stop `planboard up` or `sync_plans`, then repeat."
            )
            raise CommandError(message)
        try:
            self._rebuild()
        finally:
            lock.release()
            with suppress(FileNotFoundError):  # the lock is in the database
                give_to_owner(environment().home / LOCK_FILE)
            for made in fresh:
                give_to_owner(made, is_new=True)

    def _rebuild(self) -> None:
        began = said = monotonic()
        plans = revisions = 0
        for done in rebuild(desk().store, desk().sessions):
            plans, revisions = plans + 1, revisions + done.revisions
            if done.problem:
                self.stderr.write(f"{done.namespace}: {clean_line(done.problem)}")
            if monotonic() - said > PROGRESS_SECONDS:
                said = monotonic()
                self.stdout.write(f"{_counted(plans, revisions)} so far")
        self.stdout.write(f"{_counted(plans, revisions)} in {monotonic() - began:.1f} s")


def _counted(plans: int, revisions: int) -> str:
    words = ((plans, "plan"), (revisions, "revision"))
    return ", ".join(f"{count} {word}" if count == 1 else f"{count} {word}s" for count, word in words)
