"""A real server with the gate around an application that tells what reached it.

Run as `python door_server.py daphne|uvicorn|bare-daphne FD SECONDS`; the last one has no gate. The listening
socket is inherited; a body may take so many seconds.
"""

import asyncio
import json
import os
import signal
import sys
from typing import TYPE_CHECKING

from plans.security.door import Door
from plans.security.gate import apply_security
from plans.security.limits import Limits
from tests.security import weakened

if TYPE_CHECKING:
    from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

LENGTH = 16 * 1024 * 1024
# Answers that are whole: one without headers, which ASGI allows, a text, and the whole of a stream of events.
LONG = {
    "/bare": {},
    "/text": {"headers": [(b"content-type", b"text/plain")]},
    "/events": {"headers": [(b"content-type", b"text/event-stream")]},
}
DOOR = Door.open_to(allowed_hosts=["board.lan:8765"], public_origin="https://board.example")


async def tell(scope: "Scope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
    if scope["type"] == "websocket":
        await _echo(receive, send)
    elif scope["type"] == "http":
        await _answer(scope, receive, send)


async def _answer(scope: "HTTPScope", receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
    path = scope["path"]
    event = await receive()
    assert event["type"] == "http.request"
    if path == "/boom":
        raise RuntimeError("boom")
    if path == "/stream":
        await _stream(send)
    if path in LONG:
        await send({"type": "http.response.start", "status": 200, **LONG[path]})  # type: ignore[arg-type]
        await send({"type": "http.response.body", "body": b"x" * LENGTH, "more_body": False})
        return
    told = {
        "body": len(event["body"]),
        "more": event["more_body"],
        "headers": sorted(name.decode() for name, _ in scope["headers"]),
    }
    own = [(b"Cache-Control", b"max-age=60"), (b"X-Frame-Options", b"SAMEORIGIN")]
    await send(
        {
            "type": "http.response.start",
            "status": 404 if path == "/missing" else 200,
            "headers": own if path == "/own" else [],
            "trailers": False,
        }
    )
    is_half = path == "/half"
    await send({"type": "http.response.body", "body": json.dumps(told).encode(), "more_body": is_half})
    if is_half:
        raise RuntimeError("half")


async def _stream(send: "ASGISendCallable") -> None:
    """Say something for ever, as events do; the log hears when it was stopped."""
    kind = [(b"Content-Type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": kind, "trailers": False})
    try:
        while True:
            await send({"type": "http.response.body", "body": b": alive" * 9_362, "more_body": True})
            await asyncio.sleep(0.02)
    finally:
        sys.stderr.write("the stream was told to stop\n")


async def _echo(receive: "ASGIReceiveCallable", send: "ASGISendCallable") -> None:
    await receive()
    await send({"type": "websocket.accept", "subprotocol": None, "headers": []})
    try:
        while (event := await receive())["type"] == "websocket.receive":
            text = str(len(event.get("text") or event.get("bytes") or ""))
            await send({"type": "websocket.send", "text": text, "bytes": None})
    except asyncio.CancelledError:
        sys.stderr.write("the socket was told to stop\n")
        raise
    await send({"type": "websocket.send", "text": "after the end", "bytes": None})


def serve(kind: str, descriptor: int, app: "ASGI3Application", *, limits: Limits) -> None:
    if kind != "uvicorn":
        from plans.security.daphne_limits import LimitedServer  # noqa: PLC0415 - takes the reactor

        LimitedServer(app, endpoints=[f"fd:fileno={descriptor}"], limits=limits).run()
    else:
        # uvicorn ends by the signal it got; this way the process ends as usual, exit handlers included.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        import uvicorn  # noqa: PLC0415 - one server a process

        uvicorn.run(
            app, fd=descriptor, log_level="warning", ws="websockets-sansio", ws_per_message_deflate=False
        )


if __name__ == "__main__":
    if named := os.environ.get(weakened.VARIABLE):
        weakened.BY_NAME[named].apply(setattr)
    chosen, inherited, seconds = sys.argv[1:]
    within = Limits(body_seconds=float(seconds))
    gated = apply_security(tell, door=DOOR, limits=within)
    serve(chosen, int(inherited), tell if chosen == "bare-daphne" else gated, limits=within)
