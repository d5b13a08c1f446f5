"""Who waits for news of a plan is woken: one look a moment for all plans that anybody waits for, in a thread.

Level-triggered: an awakening is only "look again". Nothing here holds a thread while nothing happens.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from plans.actions.waiting import LOOK_EVERY
from plans.agents.http_api.desk import desk
from plans.domain.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

type Version = tuple[str, int]

GONE: Final[Version] = ("", 0)


class News:
    """One who waits for a plan's next revision."""

    def __init__(self) -> None:
        self._came = asyncio.Event()

    def tell(self) -> None:
        self._came.set()

    async def wait(self, seconds: float) -> None:
        """Return when the plan may have changed, or after so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0)):
                await self._came.wait()
        self._came.clear()


class Following:
    """Everybody who waits on one event loop."""

    def __init__(self, version: Callable[[str], Version]) -> None:
        self._version = version
        self._waiting: dict[str, set[News]] = defaultdict(set)
        self._known: dict[str, Version] = {}
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def plan(self, namespace: str) -> AsyncIterator[News]:
        """Hear of a plan's changes from now on; look once more after entering."""
        news = News()
        self._waiting[namespace].add(news)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            yield news
        finally:
            self._waiting[namespace].discard(news)
            if not self._waiting[namespace]:
                del self._waiting[namespace]
                self._known.pop(namespace, None)

    async def _watch(self) -> None:
        """Look until nobody waits any more."""
        while self._waiting:
            found = await asyncio.to_thread(self._versions, tuple(self._waiting))
            for namespace, version in found.items():
                if self._known.get(namespace) != version:
                    self._tell(namespace)
                if namespace in self._waiting:
                    self._known[namespace] = version
            await asyncio.sleep(LOOK_EVERY)

    def _tell(self, namespace: str) -> None:
        for news in self._waiting.get(namespace, ()):
            news.tell()

    def _versions(self, namespaces: tuple[str, ...]) -> dict[str, Version]:
        return {namespace: self._version(namespace) for namespace in namespaces}


def following() -> Following:
    """Give the one of this process and its event loop."""
    return _OF_LOOP.setdefault(asyncio.get_running_loop(), Following(_version_on_disk))


def _version_on_disk(namespace: str) -> Version:
    """Tell which history a plan has and where it stands; one that cannot be read is looked at again."""
    try:
        plan = desk().store.read(namespace).plan
    except (PlanError, OSError):
        return GONE
    return plan.epoch, plan.revision


_OF_LOOP: WeakKeyDictionary[asyncio.AbstractEventLoop, Following] = WeakKeyDictionary()
