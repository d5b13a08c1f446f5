"""An answer that may take long keeps no thread meanwhile."""

from __future__ import annotations

from asgiref.sync import SyncToAsync, sync_to_async
from django.db import connections


async def give_thread_back() -> None:
    """End the thread that Django keeps for this request's synchronous parts; it makes another if need be.

    It would stay, idle, until the request is answered: as many threads as agents that wait for a person.
    """
    context = SyncToAsync.thread_sensitive_context.get(None)
    if context is None:  # no server: a test's client
        return
    await sync_to_async(connections.close_all)()
    executor = SyncToAsync.context_to_thread_executor.pop(context, None)
    if executor is not None:
        executor.shutdown(wait=False)
