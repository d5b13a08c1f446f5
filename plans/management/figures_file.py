"""The figures of a process that answers no requests, in a file for node_exporter's textfile collector."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from plans.web.health import parts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

log = logging.getLogger(__name__)
EVERY_SECONDS: Final = 15.0
_MODE: Final = 0o644
"""Whoever collects figures is another user; they name no plan, step or session."""


async def keep_figures(file: Path) -> None:
    """Write the figures again and again until cancelled; a process that has ended leaves none behind."""
    problem, writing = "", asyncio.ensure_future(_write(file))
    try:
        while True:
            before, problem = problem, await asyncio.shield(writing)
            if problem and problem != before:
                log.error("The figures cannot be written into %s: %s", file, problem)
            await asyncio.sleep(EVERY_SECONDS)
            writing = asyncio.ensure_future(_write(file))
    finally:
        await asyncio.wait([writing])  # its thread would write behind us
        file.unlink(missing_ok=True)  # noqa: ASYNC240 - the process ends


async def _write(file: Path) -> str:
    """Write them once, whole or not at all; gives what is in the way."""
    await sync_to_async(close_old_connections)()  # as every request does: a lost one is made again
    health = await parts()
    return await asyncio.to_thread(_replaced, file, health)


def _replaced(file: Path, health: Mapping[str, str]) -> str:
    from plans.web.metrics_page import for_file  # noqa: PLC0415 - it takes long to load

    draft = file.with_name(f".{file.name}.tmp")
    try:
        draft.write_bytes(for_file(health=health))
        draft.chmod(_MODE)
        draft.replace(file)
    except OSError as error:
        return str(error)
    return ""
