"""The wrapper around the whole ASGI application: `apply_security` is the last word on every answer."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from plans.security.headers import SecuredSend
from plans.security.limits import (
    DEFAULT_LIMITS,
    GuardedSocket,
    Limits,
    check_announced,
    read_body,
    receive_again,
)
from plans.security.origin import Visit, check_address, check_single, check_visit, credentials_for
from plans.security.proxies import NO_PROXIES, USER, Proxies
from plans.security.refusals import Broken, DoorRefused, answer, answer_socket, echo

if TYPE_CHECKING:
    from asgiref.typing import (
        ASGI3Application,
        ASGIReceiveCallable,
        ASGISendCallable,
        HTTPScope,
        Scope,
        WebSocketScope,
    )

    from plans.security.door import Door

logger = logging.getLogger(__name__)


def apply_security(
    app: ASGI3Application, *, door: Door, limits: Limits = DEFAULT_LIMITS, proxies: Proxies = NO_PROXIES
) -> ASGI3Application:
    """Put the door in front of an application: HTTP, WebSocket and MCP alike, before routing."""
    return Gate(app=app, door=door, limits=limits, proxies=proxies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """An ASGI application that lets in what may come in, and completes every answer's headers."""

    app: ASGI3Application
    door: Door
    limits: Limits
    proxies: Proxies = NO_PROXIES

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, SecuredSend(send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: SecuredSend) -> None:
        try:
            inside = self._checked(scope)
            check_announced(list(inside["headers"]), self.limits)
            body = await read_body(receive, self.limits)
        except DoorRefused as refused:
            _log(scope, refused)
            await answer(send, refused, path=scope["path"])
            return
        if body is not None:
            await self._inside(inside, receive_again(body, receive), send)

    async def _inside(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: SecuredSend) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception:
            if send.has_started:
                raise
            # Left to the server, this answer would lack the headers.
            logger.exception("The application failed on %s", echo(scope["path"]))
            await answer(send, Broken(), path=scope["path"])

    async def _websocket(
        self, scope: WebSocketScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        try:
            inside = self._checked(scope)
        except DoorRefused as refused:
            _log(scope, refused)
            await receive()
            await answer_socket(send, refused, scope)
            return
        guarded = GuardedSocket(receive, send, self.limits)
        await self.app(inside, guarded.receive, guarded.send)

    def _checked[S: (HTTPScope, WebSocketScope)](self, scope: S) -> S:
        """Give the scope as the application gets it: what does not count is gone from it."""
        peer = scope.get("client")
        headers, user = self.proxies.named(credentials_for(scope["path"], list(scope["headers"])), peer)
        server = scope.get("server")
        check_visit(Visit.of(scope, headers), self.door.at(server[1] if server else None))
        check_single(headers)
        check_address(scope["path"], scope["query_string"])
        origin = self.proxies.origin(headers, peer)
        return cast("S", {**scope, "headers": headers, "client": origin, USER: user})


def _log(scope: HTTPScope | WebSocketScope, refused: DoorRefused) -> None:
    logger.warning("Refused %s %s: %s", scope["type"], echo(scope["path"]), refused.message)
