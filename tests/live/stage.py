"""What the tests of this room work with: real plans, a plain brush, sockets that note what they are sent."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from channels.layers import InMemoryChannelLayer
from msgspec.structs import replace

from plans.domain.history import sentence
from plans.domain.picture import Life, Picture, picture_of
from plans.domain.plan import Plan
from plans.domain.revision import Line, diff, fold, line_of
from plans.domain.standing import Column
from plans.domain.step import Status, Step
from plans.live.hub import Hub
from plans.live.news import News
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from plans.domain.problem import Problem
    from plans.live.hub import Seat
    from plans.live.inbox import InboxSeat

NAMESPACE = "payments.ledger"


def plan_of(count: int, *, epoch: str = "e1") -> Plan:
    steps = tuple(Step(number=n, title=f"Step {n}", revision=1) for n in range(1, count + 1))
    return Plan(namespace=NAMESPACE, epoch=epoch, revision=1, steps=steps, next_number=count + 1)


class PlainBrush:
    """Draws text, counts what it draws, and fails on a step that is called so."""

    def __init__(self) -> None:
        self.drawn: list[int] = []

    def card(self, picture: Picture, number: int) -> str:
        self.drawn.append(number)
        step = picture.plan.step(number)
        if step.title == "undrawable":
            raise ValueError(step.title)
        life = picture.lives.get(step.owner or "")
        return f"{step.title}|{step.status}|{step.owner or ''}|{life.liveness if life else ''}"

    def head(self, picture: Picture) -> str:
        return f"{picture.plan.title}|{picture.counts[Column.DONE]}"

    def banner(self, picture: Picture) -> str:
        return "|".join([*([picture.problem.message] if picture.problem else []), *picture.warnings])

    def told(self, line: Line) -> str:
        return sentence(line)


class Shelf:
    """The newest picture of each plan and its lines: what the mirror is to the hub."""

    def __init__(self) -> None:
        self.news: dict[str, News] = {}
        self.reads = 0
        self.dropped: list[str] = []
        self.drops = asyncio.Event()
        self.broken = False
        self.failed = asyncio.Event()

    async def read(self, namespace: str) -> News | None:
        self.reads += 1
        await asyncio.sleep(0)
        if self.broken:
            self.failed.set()
            raise ConnectionError
        return self.news.get(namespace)

    async def versions(self, namespaces: Collection[str]) -> Mapping[str, tuple[str, int]]:
        return {name: news.picture.version for name, news in self.news.items() if name in namespaces}

    def drop(self, namespace: str) -> None:
        self.dropped.append(namespace)
        self.drops.set()


class Page:
    """A socket that notes what it is sent, and acknowledges unless told not to."""

    def __init__(self, *, acknowledges: bool = True) -> None:
        self.texts: list[dict[str, object]] = []
        self.beats: list[dict[str, object]] = []
        self.numbers: list[int] = []
        self.closed: int | None = None
        self.acknowledges = acknowledges
        self.seat: Seat | InboxSeat | None = None
        self.stuck: asyncio.Event | None = None
        self._news = asyncio.Event()

    async def send(self, text: str) -> None:
        if self.stuck is not None:
            await self.stuck.wait()
        message = json.loads(text)
        self.numbers.append(message.pop("n"))
        # On a slow machine they come at any time.
        (self.beats if message.get("type") == "heartbeat" else self.texts).append(message)
        self._news.set()
        if self.acknowledges and self.seat is not None and "ops" in message and "prev" in message:
            rev = message["rev"]
            asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(self.ack(rev)))

    async def close(self, code: int) -> None:
        self.closed = code
        self._news.set()

    async def ack(self, rev: int) -> None:
        assert self.seat is not None
        await self.seat.heard(json.dumps({"type": "ack", "rev": rev}))

    async def hello(self, rev: int, epoch: str = "e1") -> None:
        assert self.seat is not None
        await self.seat.heard(json.dumps({"type": "hello", "epoch": epoch, "rev": rev}))

    def frames(self) -> list[dict[str, object]]:
        return [text for text in self.texts if "prev" in text]

    def of_type(self, kind: str) -> list[dict[str, object]]:
        return [text for text in self.texts if text.get("type") == kind]

    async def until(self, claim: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not claim():
                self._news.clear()
                await self._news.wait()


class Stage:
    """A hub with one plan, which can be changed."""

    def __init__(self, *, steps: int = 3) -> None:
        self.layer = InMemoryChannelLayer()
        self.shelf, self.brush = Shelf(), PlainBrush()
        self.hub = Hub(layer=lambda: self.layer, source=self.shelf, brush=self.brush)
        self.picture = picture_of(plan_of(steps))
        self.shelf.news[NAMESPACE] = News(self.picture)

    async def page(self, *, rev: int | None = None, acknowledges: bool = True) -> Page:
        page = Page(acknowledges=acknowledges)
        page.seat = self.hub.join(NAMESPACE, page)
        await page.hello(self.picture.plan.revision if rev is None else rev)
        await page.until(lambda: page.texts)
        return page

    def change(self, edit: Callable[[Plan], Plan], *, verb: str = "edit", by: str = "session:abc") -> News:
        """Make a revision; the mirror has it, nobody was told."""
        before = self.picture.plan
        after = edit(before)
        line = line_of(diff(before, after), rev=before.revision + 1, at=1, by=by, verb=verb)
        self.picture = picture_of(fold(before, line), lives=self.picture.lives)
        news = News(self.picture, (line,))
        self.shelf.news[NAMESPACE] = news
        return news

    def with_state(self, *, lives: dict[str, Life] | None = None, problem: Problem | None = None) -> News:
        self.picture = picture_of(self.picture.plan, lives=lives or self.picture.lives, problem=problem)
        self.shelf.news[NAMESPACE] = News(self.picture)
        return News(self.picture)


def status(number: int, now: Status, owner: str | None = None) -> Callable[[Plan], Plan]:
    return lambda plan: plan.with_step(replace(plan.step(number), status=now, owner=owner))


def title(number: int, text: str) -> Callable[[Plan], Plan]:
    return lambda plan: plan.with_step(replace(plan.step(number), title=text))


def ops_of(frame: dict[str, object], kind: str) -> list[dict[str, object]]:
    ops = frame["ops"]
    assert isinstance(ops, list)
    return [op for op in ops if op["op"] == kind]
