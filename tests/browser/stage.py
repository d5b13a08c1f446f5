"""A board on a stage: real pages and cards, and a socket that says exactly what a test wants it to say."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from django.conf import settings
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from plans.domain.picture import Picture, after, in_columns, picture_of
from plans.live.messages import checksum
from plans.web.render import Brush
from tests.browser.answering import answer_of, broken_off, file_answer, page_answer
from tests.browser.steps import AT, step
from tests.listening import stop_listening
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from types import TracebackType

    from websockets.asyncio.server import Server
    from websockets.http11 import Request, Response

    from plans.domain.plan import Plan
    from plans.domain.problem import Problem

type Json = dict[str, object]

STATIC = Path(__file__).parents[2] / "static"
NAMESPACE = "payments.ledger"
KEEPS_EVERY = 3.0
"""A page that hears nothing for long (s) calls its line lost."""


@dataclass
class Stage:
    """One plan and its server; ``hears`` is what pages said, ``fetches`` what they asked for over HTTP."""

    plan: Plan
    hears: list[Json] = field(default_factory=list)
    fetches: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """The sockets that were refused."""
    sockets: list[ServerConnection] = field(default_factory=list)
    answers: bool = True
    """Whether a page that says hello is answered, and its line kept; else pages hear from the test alone."""
    refuses_sockets: bool = False
    behind: Plan | None = None
    """What HTTP answers with instead of the plan: a mirror that is behind."""
    problem: Problem | None = None
    """Why the plan's file cannot be read."""
    breaks_off: bool = False
    """Whether what HTTP answers ends before its end."""
    ready: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self.thread.start()
        assert self.ready.wait(PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(PATIENCE)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def board(self) -> str:
        return f"{self.url}/plans/{NAMESPACE}/"

    # What the test does

    def change(self, number: int, **fields: object) -> Json:
        """Change a step, or add one, and give its card op."""
        revision = self.plan.revision + 1
        known = self.plan.has_step(number)
        old = self.plan.step(number) if known else step(number)
        new = replace(old, **{"revision": revision, "updated_at": AT + revision * 1000, **fields})
        steps = tuple(new if other.number == number else other for other in self.plan.steps)
        self.plan = replace(self.plan, revision=revision, steps=steps if known else (*self.plan.steps, new))
        return self.card(number)

    def card(self, number: int, *, summary: str = "") -> Json:
        picture = self.picture
        return {
            "op": "card",
            "id": number,
            "col": picture.standings[number].column,
            "after": after(picture, number),
            "rev": picture.plan.step(number).revision,
            "at": picture.plan.revision,
            "html": Brush().card(picture, number),
            "sum": summary,
        }

    def frame(self, *ops: Json, prev: int | None = None) -> Json:
        """Make the frame of the newest revision."""
        revision = self.plan.revision
        return {
            "v": 1,
            "plan": NAMESPACE,
            "epoch": self.plan.epoch,
            "prev": revision - 1 if prev is None else prev,
            "rev": revision,
            "ops": list(ops),
        }

    def push(self, number: int, **fields: object) -> None:
        """Change a step and tell it."""
        op = self.change(number, **fields)
        self.say(self.frame(op))

    def heartbeat(self, **wrong: object) -> Json:
        beat: Json = {
            "type": "heartbeat",
            "epoch": self.plan.epoch,
            "rev": self.plan.revision,
            "sum": checksum(self.plan),
        }
        return beat | wrong

    def say(self, message: Json) -> None:
        """Send a message to every page."""
        self._in_loop(self._say(message))

    def hang_up(self, code: int) -> None:
        """Close every socket."""
        self._in_loop(self._hang_up(code))

    def heard(self, kind: str) -> list[Json]:
        return [message for message in self.hears if message.get("type") == kind]

    @property
    def refetched(self) -> int:
        """Count how often a page fetched its board again."""
        return sum("fragment=board" in path for path in self.fetches)

    @property
    def picture(self) -> Picture:
        return self._picture_of(self.plan)

    def column(self, name: str) -> list[int]:
        return {str(column): numbers for column, numbers in in_columns(self.picture).items()}[name]

    def _picture_of(self, plan: Plan) -> Picture:
        return picture_of(plan, problem=self.problem, writable=self.problem is None)

    # The server

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.stop = asyncio.Event()
        asked = partial(serve, self._socket, "127.0.0.1", 0, process_request=self._http)
        async with asked(open_timeout=PATIENCE, ping_interval=None) as server:  # only a test ends a line
            self.server: Server = server
            self.port: int = next(iter(server.sockets)).getsockname()[1]
            self.ready.set()
            keeps = asyncio.create_task(self._keep())
            await self.stop.wait()
            keeps.cancel()
            await stop_listening(server.server)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(KEEPS_EVERY)
            if self.answers:
                await self._say({"type": "state", "plan": NAMESPACE, "epoch": self.plan.epoch, "ops": []})

    async def _socket(self, socket: ServerConnection) -> None:
        self.sockets.append(socket)
        try:
            async for text in socket:
                message = json.loads(text)
                self.hears.append(message)
                if self.answers and message["type"] == "hello":
                    await socket.send(json.dumps(self._answer(message)))
        except ConnectionClosed:
            pass
        finally:
            self.sockets.remove(socket)

    def _answer(self, hello: Json) -> Json:
        has = (hello["epoch"], hello["rev"])
        beat = self.heartbeat()
        return beat if has == (beat["epoch"], beat["rev"]) else beat | {"type": "resync"}

    def _http(self, _connection: ServerConnection, request: Request) -> Response | None:
        address = urlsplit(request.path)
        if address.path.startswith("/ws/"):
            is_refused = self.refuses_sockets or address.path == "/ws/inbox/"
            if not is_refused:
                return None
            self.refused.append(address.path)
            return answer_of("", status=HTTPStatus.FORBIDDEN)
        if address.path.startswith(settings.STATIC_URL):
            return file_answer(STATIC / address.path.removeprefix(settings.STATIC_URL))
        self.fetches.append(request.path)
        picture = self._picture_of(self.behind or self.plan)
        answer = page_answer(picture, request)
        return broken_off(answer) if self.breaks_off else answer

    async def _say(self, message: Json) -> None:
        for socket in list(self.sockets):
            with suppress(ConnectionClosed):  # a page that has just hung up listens no more
                await socket.send(json.dumps(message))

    async def _hang_up(self, code: int) -> None:
        for socket in list(self.sockets):
            await socket.close(code)

    def _in_loop(self, deed: object) -> None:
        asyncio.run_coroutine_threadsafe(deed, self.loop).result(PATIENCE)  # type: ignore[arg-type]
