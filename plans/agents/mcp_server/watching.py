"""Telling subscribers that a plan changed: by looking at it, since any program may have changed its files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import anyio
from mcp.shared.subscriptions import ResourcesListChanged, ResourceUpdated

from plans.agents.mcp_server.addresses import address_of
from plans.domain.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcp.shared.subscriptions import ServerEvent

    from plans.agents.mcp_server.caller import Caller

    type Looked = dict[str, object]

LOOK_EVERY: Final = 0.5
"""Seconds between two looks at what somebody is subscribed to."""
LIST: Final = ""
"""Stands for the list of plans among the names of those that are watched."""


def look(caller: Caller, wanted: frozenset[str]) -> Looked:
    """Give a mark of each plan that changes whenever the plan does; None for one that cannot be read."""
    return {namespace: _mark(caller, namespace) for namespace in wanted}


async def watch(
    look_again: Callable[[], Awaitable[Looked]],
    tell: Callable[[ServerEvent], Awaitable[None]],
    *,
    seen: Looked,
) -> None:
    """Tell of every change after what was ``seen``, until cancelled; keeps ``seen`` up to date."""
    while True:
        await anyio.sleep(LOOK_EVERY)
        found = await look_again()
        for namespace, mark in found.items():
            if namespace in seen and seen[namespace] != mark:
                await tell(_event(namespace))
        seen.update(found)


def _event(namespace: str) -> ServerEvent:
    return ResourcesListChanged() if namespace == LIST else ResourceUpdated(uri=address_of(namespace))


def _mark(caller: Caller, namespace: str) -> object:
    store = caller.desk.store
    if namespace == LIST:
        return frozenset(filter(caller.rights.sees, store.namespaces()))
    try:
        plan = store.read(namespace).plan
    except (PlanError, OSError):
        return None
    return plan.epoch, plan.revision
