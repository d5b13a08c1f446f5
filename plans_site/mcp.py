"""`/mcp`: lets callers in by their token, and loads the MCP server with the first one who may come in."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from channels.db import database_sync_to_async

from plans import django_wiring
from plans.agents.mcp_server.answering import answer
from plans.agents.mcp_server.caller import Caller, Seen
from plans.agents.mcp_server.files import FileRoots
from plans.domain.errors import PlanError, WrongInput
from plans.people.tokens import find, tokens
from plans.security.folders import folder_faults
from plans.security.rates import HEARTBEATS, WAITS, WRITES
from plans.wiring import now_ms

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

    from plans.agents.mcp_server.http import McpOverHttp
    from plans.domain.actor import Actor
    from plans.security.tokens import Grant

logger = logging.getLogger(__name__)

PATHS: Final = ("/mcp", "/mcp/")
_SESSION: Final = b"x-planboard-session"
_REMEMBERED: Final = 1_000
"""Callers whose last reading is remembered."""


class McpDoor:
    """The door of one process; what runs behind it belongs to the event loop of its first request."""

    def __init__(self) -> None:
        self._behind: McpOverHttp | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._seen: OrderedDict[str, Seen] = OrderedDict()

    async def __call__(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        try:
            grant, by, token = await _let_in(scope)
        except PlanError as refused:
            await answer(send, refused)
            return
        behind = await self._opened()
        who = f"{grant.number}:{by.name}"
        caller = replace(self._caller(grant, by, who), is_welcome=partial(_works, token))
        await behind.serve(scope, receive, send, caller=caller, who=who)

    async def warm(self) -> None:
        """Load it beforehand where agents have tokens: the first of them would wait for seconds."""
        if await database_sync_to_async(tokens)():
            await self._opened()

    async def stop(self) -> None:
        """End every stream; the next request opens anew."""
        behind, self._behind = self._behind, None
        if behind is not None and self._loop is asyncio.get_running_loop():
            await behind.stop()

    async def _opened(self) -> McpOverHttp:
        """Load the SDK in a thread, once: it takes seconds, and boards are live meanwhile."""
        loop = asyncio.get_running_loop()
        if self._behind is None or self._loop is not loop:
            kind = await asyncio.to_thread(_loaded)
            if self._behind is None or self._loop is not loop:
                self._behind, self._loop = kind(), loop
        return self._behind

    def _caller(self, grant: Grant, by: Actor, who: str) -> Caller:
        def pace(tool: str) -> None:
            kind = HEARTBEATS if tool == "heartbeat" else WRITES
            kind.count(by.name, token=grant.number, now=now_ms())

        return Caller(
            desk=django_wiring.desk(),
            by=by,
            files=_files(),
            namespace=django_wiring.environment().namespace,
            rights=grant,
            seen=self._seen_by(who),
            keeps_open=lambda: WAITS.one(grant.number, by.name),
            pace=pace,
        )

    def _seen_by(self, who: str) -> Seen:
        seen = self._seen.pop(who, None) or Seen()
        self._seen[who] = seen
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return seen


MCP: Final = McpDoor()
"""The door of this process."""


def with_mcp(pages: Callable[..., Awaitable[None]]) -> ASGI3Application:
    """Put the door beside the pages."""

    async def mcp_or_pages(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "http" and scope["path"] in PATHS:
            await MCP(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return mcp_or_pages


async def _let_in(scope: HTTPScope) -> tuple[Grant, Actor, str]:
    """Say what the caller may do, which session it is, and by which token. Raises PlanError."""
    named = _header(scope, _SESSION)
    kind, _, token = (_header(scope, b"authorization") or "").partition(" ")
    bearer = token.strip() if kind.lower() == "bearer" else ""
    grant = await database_sync_to_async(partial(django_wiring.granted, bearer, by=named or ""))()
    return grant, grant.actor(named), bearer


async def _works(token: str) -> bool:
    return await database_sync_to_async(find)(token) is not None


def _header(scope: HTTPScope, name: bytes) -> str | None:
    values = [value for found, value in scope["headers"] if found == name]
    if len(values) > 1:
        raise WrongInput(f"The header {name.decode()} came twice", advice="Send it once.")
    try:
        return values[0].decode() if values else None
    except UnicodeDecodeError:
        raise WrongInput(f"The header {name.decode()} is not UTF-8", advice="Send it as UTF-8.") from None


def _loaded() -> type[McpOverHttp]:
    from plans.agents.mcp_server.http import McpOverHttp  # noqa: PLC0415

    return McpOverHttp


@lru_cache(maxsize=1)
def _files() -> FileRoots:
    """Look once where the folders are; with a wrong one there are no files, and the log says why."""
    here = django_wiring.environment()
    for fault in folder_faults(home=here.home_folder, root=here.root_folder, files=here.file_roots):
        logger.error("Agents may name no files: %s %s", fault.message, fault.advice)
        return FileRoots()
    return FileRoots.of(here.file_roots, closed=(here.root_folder, here.home_folder))
