"""The gate in this process: what a stranger sends, what comes back, and what got through to the board."""

# ruff: noqa: ANN401 - events of ASGI are unions of twenty types

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plans.security import gate
from plans.security.door import Door
from plans.security.limits import Limits
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope

PORT = 8765
HERE = f"127.0.0.1:{PORT}"
OWN = {"host": HERE, "origin": f"http://{HERE}", "sec-fetch-site": "same-origin"}
COOKIE = {"cookie": "planboard_session=stolen"}
FORM = {"content-type": "application/x-www-form-urlencoded"}

type Headers = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """Status and body; `reached` is the scope that the board saw, `heard` what its socket was told."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes
    reached: Any
    heard: tuple[Any, ...]

    @property
    def is_refused(self) -> bool:
        """Whether the gate itself said no, before anything behind it was asked."""
        return self.reached is None and self.status >= 400


async def knock(
    method: str = "GET",
    path: str = "/",
    *,
    headers: Headers = OWN,
    body: Sequence[bytes] = (b"",),
    limits: Limits = Limits(body_seconds=5),  # noqa: B008 - frozen
    app: ASGI3Application | None = None,
) -> Answer:
    """Send a request to a board that answers everything; a body without an end never ends."""
    pairs = list(headers.items()) if hasattr(headers, "items") else list(headers)
    parts = [{"type": "http.request", "body": part, "more_body": True} for part in body]
    if parts and body[-1:] != [b"..."]:
        parts[-1]["more_body"] = False
    else:
        parts = parts[:-1]
    return await _visit(http_scope(method, path, pairs), parts, limits, app)


async def knock_socket(
    *,
    headers: Headers = OWN,
    messages: Sequence[str] = (),
    path: str = "/ws/inbox/",
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Answer:
    """Open a socket and say something on it; an open one answers 101."""
    pairs = list(headers.items()) if hasattr(headers, "items") else list(headers)
    said: list[dict[str, object]] = [{"type": "websocket.connect"}]
    said += [{"type": "websocket.receive", "text": text} for text in messages]
    said += [{"type": "websocket.disconnect", "code": 1000}]
    extensions: dict[str, object] = {"extensions": {"websocket.http.response": {}}}
    return await _visit(_scope("websocket", path, pairs) | extensions, said, limits, None)


def http_scope(method: str, path: str, pairs: Sequence[tuple[str, str]] = tuple(OWN.items())) -> Any:
    """Describe a request as a server does."""
    return _scope("http", path, pairs) | {"method": method}


def _scope(kind: str, path: str, pairs: Sequence[tuple[str, str]]) -> dict[str, object]:
    return {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in pairs],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", PORT),
        "subprotocols": [],
    }


async def _visit(scope: Any, arriving: list[Any], limits: Limits, app: ASGI3Application | None) -> Answer:
    board = Board()
    sent: list[Any] = []

    async def receive() -> Any:
        return arriving.pop(0) if arriving else await asyncio.Future()

    async def send(event: Any) -> None:
        sent.append(event)

    async with asyncio.timeout(PATIENCE):
        await gate.apply_security(app or board, door=Door(), limits=limits)(scope, receive, send)
    first = sent[0]
    headers = {name.lower(): value for name, value in first.get("headers", ())}
    body = b"".join(event.get("body", b"") for event in sent)
    return Answer(first.get("status", 101), headers, body, board.reached, tuple(board.heard))


class Board:
    """Stands behind the gate and takes everything."""

    def __init__(self) -> None:
        self.reached: Scope | None = None
        self.heard: list[Any] = []

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        self.reached = scope
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
            while True:
                event = await receive()
                self.heard.append(event)
                if event["type"] == "websocket.disconnect":
                    return
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": [], "trailers": False})
        await send({"type": "http.response.body", "body": b"in", "more_body": False})
