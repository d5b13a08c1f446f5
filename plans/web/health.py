"""Whether everything that a live board needs answers: the database, the worker, the channel layer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import DatabaseError

from plans.mirror.reading import sync_state
from plans.web.gathering import SILENT_MS
from plans.wiring import now_ms

if TYPE_CHECKING:
    from collections.abc import Mapping

WELL: Final = "ok"
LAYER_SECONDS: Final = 2


async def parts() -> Mapping[str, str]:
    """Say of each part that it is well, or in a few words what it is not."""
    database, worker = await sync_to_async(_stored)()
    return {"database": database, "worker": worker, "layer": await _layer()}


def _stored() -> tuple[str, str]:
    try:
        state = sync_state()
    except DatabaseError:
        return "does not answer", "unknown"
    if state is None:
        return WELL, "never ran: start `planboard up` or `manage.py sync_plans`"
    silent = state.silence(now_ms())
    return WELL, WELL if silent <= SILENT_MS else f"silent for {silent // 1000} s"


async def _layer() -> str:
    layer = get_channel_layer()
    if layer is None:
        return "not set"
    try:
        async with asyncio.timeout(LAYER_SECONDS):
            channel = await layer.new_channel()
            await layer.send(channel, {"type": "healthz"})
            await layer.receive(channel)
    except (OSError, TimeoutError):
        return "does not answer"
    return WELL
