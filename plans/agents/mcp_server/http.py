"""The MCP server over streamable HTTP: an ASGI application behind the gate, for callers that were let in.

Older clients keep a session here (a stream of their own for what changes), the newest send each request by
itself. Nothing tells us when the server starts, so what must run runs from the first request on.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, cast

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

from plans.actions.strict_json import LIMIT, read_json
from plans.agents.mcp_server.answering import answer
from plans.agents.mcp_server.server import PlanServer
from plans.agents.mcp_server.tool import Effect
from plans.agents.mcp_server.tools import TOOLS
from plans.domain.errors import PlanError
from plans.security.limits import DEFAULT_LIMITS, read_body, receive_again
from plans.security.rates import WAITS_A_TOKEN, WAITS_EACH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
    from mcp.server.context import ServerRequestContext

    from plans.agents.mcp_server.caller import Caller

CALLER: Final = "planboard.caller"
MOST_SESSIONS: Final = 200
"""Connections of older clients that are kept at once."""
SESSIONS_EACH: Final = WAITS_EACH
"""Connections that one session of a token keeps: else a single caller could shut all others out."""
SESSIONS_A_TOKEN: Final = WAITS_A_TOKEN
"""One token may be for any number of sessions; the rest stays for agents with another one."""
IDLE_SECONDS: Final = 30 * 60
_GOODBYE_SECONDS: Final = 1.0
WRITING: Final = frozenset(tool.name for tool in TOOLS if tool.effect is not Effect.READS)


class McpOverHttp:
    """Serves callers on one event loop until it is stopped."""

    def __init__(self) -> None:
        self._server = PlanServer(_caller_of)
        self._manager = StreamableHTTPSessionManager(
            self._server.build(),
            max_request_body_size=LIMIT,
            session_idle_timeout=IDLE_SECONDS,
            max_sessions=MOST_SESSIONS,
        )
        self._started, self._ending = asyncio.Event(), asyncio.Event()
        self._running = asyncio.create_task(self._run())
        self._answering: set[asyncio.Task[None]] = set()

    async def serve(
        self,
        scope: HTTPScope,
        receive: ASGIReceiveCallable,
        send: ASGISendCallable,
        *,
        caller: Caller,
        who: str,
    ) -> None:
        """Answer one request; a connection stays bound to ``who``: a token's number and a session."""
        body = await read_body(receive, DEFAULT_LIMITS) if scope["method"] == "POST" else None
        message: object = None
        try:
            if body is not None:
                message = read_json(body, what="The message")
                _count(message, caller)
        except PlanError as refused:
            await answer(send, refused, to=_id(message))
            return
        await self._started.wait()
        if _method(message) == "initialize":
            await self._make_room(who)
        user = AuthenticatedUser(AccessToken(token="", client_id=who, scopes=[]))
        inner: Any = {**scope, CALLER: caller, "user": user}
        again: Any = receive if body is None else receive_again(body, receive)
        task = asyncio.ensure_future(self._manager.handle_request(inner, again, cast("Any", send)))
        self._answering.add(task)
        try:
            await task
        except asyncio.CancelledError:
            task.cancel()
            if not self._ending.is_set():
                raise
        finally:
            caller.gone.set()
            self._answering.discard(task)

    async def stop(self) -> None:
        """Let everybody go who waits, then end what is still open."""
        self._server.end()
        if self._answering:
            await asyncio.wait(self._answering, timeout=_GOODBYE_SECONDS)
        self._ending.set()
        for task in list(self._answering):
            task.cancel()
        await asyncio.wait([self._running])

    async def _make_room(self, who: str) -> None:
        """End the oldest connections of a caller who keeps many; an agent that died left its own behind."""
        # The SDK counts all of them together, and has no public way to end one.
        manager = self._manager
        owners = {name: str(owner["client_id"]) for name, owner in manager._session_owners.items()}  # noqa: SLF001
        for name in giving_way(owners, who):
            await manager._discard_session(name, manager._server_instances[name])  # noqa: SLF001

    async def _run(self) -> None:
        async with self._manager.run():
            self._started.set()
            await self._ending.wait()


def giving_way(owners: Mapping[str, str], who: str) -> list[str]:
    """Name the oldest connections that end for another one of ``who``: of its own, and of its token's."""
    token = f"{who.partition(':')[0]}:"
    own = [name for name, owner in owners.items() if owner == who]
    of_token = [name for name, owner in owners.items() if owner.startswith(token)]
    over = own[: max(len(own) - SESSIONS_EACH + 1, 0)]
    return list(dict.fromkeys([*over, *of_token[: max(len(of_token) - SESSIONS_A_TOKEN + 1, 0)]]))


def _caller_of(context: ServerRequestContext[Any, Any]) -> Caller:
    request: Any = context.request
    caller: Caller = request.scope[CALLER]
    return caller


def _count(message: object, caller: Caller) -> None:
    """Count a call of a tool that changes something. Raises TooManyWrites."""
    if not isinstance(message, dict) or _method(message) != "tools/call":
        return
    params = message.get("params")
    name = params.get("name") if isinstance(params, dict) else None
    if name in WRITING:
        caller.pace(str(name))


def _method(message: object) -> object:
    return message.get("method") if isinstance(message, dict) else None


def _id(message: object) -> object:
    return message.get("id") if isinstance(message, dict) else None
