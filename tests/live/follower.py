"""A page without a browser: keeps to the rules of the sockets, over a line that keeps to none."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.live.stage import NAMESPACE

if TYPE_CHECKING:
    from random import Random

    from plans.domain.picture import Picture
    from plans.live.hub import Hub, Seat
    from tests.live.stage import Stage

type Message = dict[str, object]


class Weather(NamedTuple):
    """How bad a line is: chances by message, of 1."""

    drop: float = 0.0
    twice: float = 0.0
    reorder: float = 0.0
    lost_ack: float = 0.0
    longest: float = 0.0
    """Seconds that a message may be late."""
    torn: float = 0.0
    """The chance that an answer over HTTP does not come."""


CLEAR = Weather()


class Shown(NamedTuple):
    """A card as a page shows it."""

    column: str
    at: int
    html: str


class Line:
    """One connection: what the hub sends goes through the weather, in both directions; then it ends."""

    def __init__(self, page: Follower, hub: Hub) -> None:
        self._page = page
        self._down: asyncio.Queue[str] = asyncio.Queue()
        self.is_open = True
        self.seat: Seat = hub.join(NAMESPACE, self)
        self._pump = asyncio.create_task(self._carry())

    async def send(self, text: str) -> None:
        self._down.put_nowait(text)

    async def close(self, code: int) -> None:  # noqa: ARG002 - a socket's form
        self.is_open = False

    async def up(self, message: Message) -> None:
        """Bring what the page says to the hub."""
        if self.is_open and not (message["type"] == "ack" and self._happens(self._page.weather.lost_ack)):
            await self.seat.heard(json.dumps(message))

    def end(self) -> None:
        """Break it off, whatever is under way."""
        self.is_open = False
        self.seat.leave()
        self._pump.cancel()

    async def _carry(self) -> None:
        while self.is_open:
            texts = [await self._down.get()]
            weather = self._page.weather
            if self._happens(weather.reorder):
                await asyncio.sleep(weather.longest)
                while not self._down.empty():
                    texts.append(self._down.get_nowait())
                self._page.random.shuffle(texts)
            for text in texts:
                await self._deliver(text)

    async def _deliver(self, text: str) -> None:
        weather = self._page.weather
        if weather.longest:
            await asyncio.sleep(self._page.random.uniform(0, weather.longest))
        if self._happens(weather.drop):
            return
        for _ in range(1 + self._happens(weather.twice)):
            await self._page.heard(json.loads(text), self)

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self._page.random.random() < chance


class Follower:
    """A board's page: what it shows follows from what it was sent and what it fetched alone."""

    def __init__(self, stage: Stage, random: Random) -> None:
        self._stage, self.random = stage, random
        self.weather = CLEAR
        self.cards: dict[int, Shown] = {}
        self.revisions: dict[int, int] = {}
        self.epoch, self.rev = "", 0
        self.connections = self.fetches = self.mismatches = 0
        self._fetching: asyncio.Task[None] | None = None
        self._n = 0
        self._is_fetching = False
        self._line: Line | None = None
        self._take(stage.picture)

    @property
    def is_connected(self) -> bool:
        return self._line is not None and self._line.is_open

    async def connect(self) -> None:
        """Connect anew, as after the line broke, and say what it has."""
        self.end()
        self.connections += 1
        self._n = 0
        self._line = Line(self, self._stage.hub)
        await self._hello()

    def end(self) -> None:
        """Lose the line."""
        if self._line is not None:
            self._line.end()

    async def heard(self, message: Message, line: Line) -> None:
        """Take a message of the line that is open; one of an older line is nobody's."""
        number = message["n"]
        assert isinstance(number, int)
        if line is not self._line or number <= self._n:
            return
        is_lost = number > self._n + 1
        self._n = number
        if is_lost or message.get("type") == "resync":
            self._resync()
        elif message.get("type") == "heartbeat":
            await self._check(message)
        elif message.get("type") == "state":
            self._state(message)
        else:
            await self._frame(message)

    async def _frame(self, frame: Message) -> None:
        if (frame["epoch"], frame["prev"]) != (self.epoch, self.rev):
            is_old = frame["epoch"] == self.epoch and int(str(frame["rev"])) <= self.rev
            if is_old:
                await self._say({"type": "ack", "rev": frame["rev"]})
            else:
                self._resync()
            return
        self.rev = int(str(frame["rev"]))
        for op in ops_of(frame):
            if op["op"] == "card":
                self.revisions[op["id"]] = op["rev"]
            elif op["op"] == "drop":
                self.revisions.pop(op["id"], None)
        self._apply(ops_of(frame))
        await self._say({"type": "ack", "rev": self.rev})

    def _state(self, message: Message) -> None:
        """What has no revision is of another history, or of steps that went since, where it comes late."""
        if message["epoch"] == self.epoch:
            self._apply([op for op in ops_of(message) if op["op"] != "card" or op["id"] in self.revisions])

    async def _check(self, beat: Message) -> None:
        rev = int(str(beat["rev"]))
        if self._is_fetching or (beat["epoch"] == self.epoch and rev < self.rev):
            return
        if (beat["epoch"], rev) != (self.epoch, self.rev):
            self._resync()
        elif beat["sum"] in {"", self._sum()}:
            await self._say({"type": "ack", "rev": rev})
        else:
            self.mismatches += 1
            await self._say({"type": "differs", "rev": rev})
            self._resync()

    def _resync(self) -> None:
        """Fetch everything; an answer that does not come ends the line, as a page connects again then."""
        if self._is_fetching:
            return
        self._is_fetching = True
        self._fetching = asyncio.create_task(self._fetch())

    async def _fetch(self) -> None:
        self.fetches += 1
        picture = self._stage.picture
        await asyncio.sleep(self.random.uniform(0, self.weather.longest))
        self._is_fetching = False
        is_old = picture.plan.epoch == self.epoch and picture.plan.revision < self.rev
        if is_old or self.random.random() < self.weather.torn:
            if self._line is not None:
                self._line.is_open = False
            return
        self._take(picture)
        await self._hello()

    def _take(self, picture: Picture) -> None:
        self.epoch, self.rev = picture.version
        self.cards = {
            step.number: Shown(
                picture.standings[step.number].column,
                picture.plan.revision,
                self._stage.brush.card(picture, step.number),
            )
            for step in picture.plan.steps
        }
        self.revisions = {step.number: step.revision for step in picture.plan.steps}

    def _apply(self, ops: list[Any]) -> None:
        for op in ops:
            if op["op"] == "drop":
                self.cards.pop(op["id"], None)
            elif op["op"] == "card":
                old = self.cards.get(op["id"])
                if old is None or old.at <= op["at"]:
                    self.cards[op["id"]] = Shown(op["col"], op["at"], op["html"])

    def _sum(self) -> str:
        value = 0x811C9DC5
        for byte in "".join(f"{number}:{rev};" for number, rev in sorted(self.revisions.items())).encode():
            value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
        return f"{value:08x}"

    async def _hello(self) -> None:
        await self._say({"type": "hello", "epoch": self.epoch, "rev": self.rev})

    async def _say(self, message: Message) -> None:
        if self._line is not None:
            await self._line.up(message)


def ops_of(message: Message) -> list[Any]:
    ops = message["ops"]
    assert isinstance(ops, list)
    return ops
