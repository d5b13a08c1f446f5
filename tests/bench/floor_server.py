"""The floors of everything live: a folder is watched, and every rename in it is one message to every socket.

``python -m tests.bench.floor_server FOLDER`` prints its port. ``/page`` swaps the one card of each message.
"""

from __future__ import annotations

import asyncio
import json
import sys
from http import HTTPStatus
from itertools import cycle
from typing import TYPE_CHECKING

from asyncinotify import Inotify, Mask
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.datastructures import Headers
from websockets.http11 import Response

if TYPE_CHECKING:
    from websockets.http11 import Request

CARDS = 100
_SCRIPT = """
const socket = new WebSocket(`ws://${location.host}/`);
socket.onopen = () => { document.documentElement.dataset.connection = "live"; };
socket.onmessage = (event) => {
  const { id, html } = JSON.parse(event.data);
  const template = document.createElement("template");
  template.innerHTML = html;
  document.getElementById(`step-${id}`).replaceWith(template.content);
};
"""


def card(number: int, turn: int) -> str:
    """Write a card about as long as a real one."""
    return (
        f'<article id="step-{number}" class="card" data-rev="{turn}" tabindex="-1">'
        f'<header class="card-head"><span>{number}</span><a href="/step/{number}/">Actions</a></header>'
        f'<h3 class="card-title" dir="auto"><a href="/step/{number}/">Step {number} of the plan</a></h3>'
        f'<p class="card-note">{"what it is doing at the moment, at some length " * 20}</p>'
        '<footer class="card-foot"><span>agent:main:bench</span></footer></article>'
    )


def page() -> bytes:
    cards = "".join(f"<li>{card(number, 0)}</li>" for number in range(1, CARDS + 1))
    text = f'<!doctype html><meta charset="utf-8"><ul id="board">{cards}</ul><script>{_SCRIPT}</script>'
    return text.encode()


def answer_page(_connection: ServerConnection, request: Request) -> Response | None:
    """Give the page; anything else is a socket."""
    if request.path != "/page":
        return None
    body = page()
    headers = Headers({"Content-Type": "text/html", "Content-Length": str(len(body))})
    return Response(HTTPStatus.OK, "OK", headers, body)


async def hold(connection: ServerConnection) -> None:
    async for _ in connection:
        pass


async def main(folder: str) -> None:
    server = await serve(hold, "127.0.0.1", 0, compression=None, process_request=answer_page)
    sys.stdout.write(f"{next(iter(server.sockets)).getsockname()[1]}\n")
    sys.stdout.flush()
    numbers = enumerate(cycle(range(1, CARDS + 1)), 1)
    with Inotify() as inotify:
        inotify.add_watch(folder, Mask.MOVED_TO)
        async for _ in inotify:
            turn, number = next(numbers)
            broadcast(server.connections, json.dumps({"id": number, "html": card(number, turn)}))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
