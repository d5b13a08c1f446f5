"""Whether everything that a live board needs answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import DatabaseError
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plans.mirror.reading import sync_state
from plans.web.gathering import SILENT_MS
from plans.wiring import now_ms

if TYPE_CHECKING:
    from django.http import HttpRequest

LAYER_SECONDS = 2


@never_cache
@require_safe
async def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 only when the worker, the database and the channel layer do."""
    database, worker = await sync_to_async(_stored)()
    layer = await _layer()
    parts = {"database": database, "worker": worker, "layer": layer}
    well = all(said == "ok" for said in parts.values())
    return JsonResponse({"status": "ok" if well else "failing", **parts}, status=200 if well else 503)


def _stored() -> tuple[str, str]:
    try:
        state = sync_state()
    except DatabaseError:
        return "does not answer", "unknown"
    if state is None:
        return "ok", "never ran: start `planboard up` or `manage.py sync_plans`"
    silent = now_ms() - state.beat_at
    return "ok", "ok" if silent <= SILENT_MS else f"silent for {silent // 1000} s"


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
    return "ok"
