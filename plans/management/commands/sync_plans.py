"""`manage.py sync_plans`: the worker alone, where web processes run elsewhere; a second one waits."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any, override

from django.core.management.base import BaseCommand

from plans.django_wiring import environment, sync_worker
from plans.management.tables import refuse_newer, refuse_older

if TYPE_CHECKING:
    from django.core.management import CommandParser


class Command(BaseCommand):
    """Copy plans into the mirror until told to stop."""

    help = "Copies plan files into the mirror and tells the web processes, until it is stopped."
    requires_system_checks = ()  # of pages and their addresses it needs nothing

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        about = "write the figures of /metrics there every 15 s, for node_exporter's textfile collector"
        parser.add_argument("--figures", type=Path, metavar="FILE.prom", help=about)

    @override
    def handle(self, *args: object, **options: Any) -> None:
        refuse_newer()
        refuse_older(remedy="migrate")
        self.stdout.write(f"Copying the plans under {environment().root_folder}")
        asyncio.run(_run(options["figures"]))


async def _run(figures: Path | None) -> None:
    """Work until SIGINT or SIGTERM; what is being written then is finished."""
    task = asyncio.ensure_future(sync_worker().run())
    beside = _kept(figures) if figures is not None else None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    await asyncio.wait([task])
    if beside is not None:
        beside.cancel()
        await asyncio.wait([beside])
    if not task.cancelled():
        task.result()


def _kept(figures: Path) -> asyncio.Future[None]:
    from plans.management.figures_file import keep_figures  # noqa: PLC0415 - code of pages, for this alone

    return asyncio.ensure_future(keep_figures(figures))
