"""Starting and stopping with a server that tells of it (uvicorn; Daphne does not)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from channels.db import database_sync_to_async
from django.db import DatabaseError

from plans.domain.errors import PlanError
from plans.management.tables import refuse_newer
from plans.web.inboxes import live_inbox
from plans.web.people_watch import watch_people
from plans.web.render import live_hub
from plans_site.mcp import MCP

if TYPE_CHECKING:
    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope


async def lifespan(_scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Begin to hear of changes before the first page is served, and end in order."""
    tasks: list[asyncio.Task[None]] = []
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            if refused := await _refused():
                await send({"type": "lifespan.startup.failed", "message": refused})
                return
            live_hub().start()
            tasks = [asyncio.create_task(watch_people()), asyncio.create_task(MCP.warm())]
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            for task in tasks:
                task.cancel()
            await live_inbox().stop()
            await live_hub().stop()
            await MCP.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _refused() -> str:
    """Say why this version must not serve this database; of one that does not answer ``/healthz`` tells."""
    try:
        await database_sync_to_async(refuse_newer)()
    except PlanError as refused:
        return f"{refused.message}. {refused.advice}"
    except DatabaseError:
        return ""
    return ""
