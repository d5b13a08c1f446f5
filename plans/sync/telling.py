"""Telling the boards: this process's hub at once and in full, the others by a poke."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from plans.live.messages import GROUP, Changed, poke
from plans.live.news import News

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.picture import Picture
    from plans.live.hub import Hub
    from plans.sync.copying import Found
    from plans.sync.lives import Lives

log = logging.getLogger(__name__)


class Layer(Protocol):
    """The channel layer, as far as the worker uses it."""

    async def group_send(self, group: str, message: dict[str, object]) -> None: ...


class Teller:
    """How the worker's news reach the boards."""

    def __init__(self, layer: Callable[[], Layer], hub: Hub | None = None) -> None:
        """``layer`` gives the channel layer once the loop runs; ``hub`` is that of this process, if any."""
        self._layer, self._hub = layer, hub

    def show(self, found: Found, lives: Lives) -> None:
        """Show the boards of this process what was found; nobody has to read it again."""
        if found.painted is not None and found.news is not None:
            since = found.known.picture.version if found.known else None
            picture, _, changed = found.painted
            self._offer(News(picture, found.news.lines, since, changed), lives)

    async def poke(self, found: Found, *, written_at: float = 0.0) -> None:
        """Tell the other processes, which read the mirror; they note how late, where it says since when."""
        if found.painted is not None:
            picture, _, changed = found.painted
            told = Changed(picture.plan.namespace, *picture.version, changed, found.changed_state, written_at)
            await self._poke(told)

    async def lived(self, picture: Picture, lives: Lives) -> None:
        """Tell that sessions of a plan came to life, went stale or fell quiet."""
        self._offer(News(picture), lives)
        await self._poke(Changed(picture.plan.namespace, *picture.version, state=True))

    def _offer(self, news: News, lives: Lives) -> None:
        if self._hub is None:
            return
        shown = replace(news.picture, lives=lives.named(news.picture.sessions))
        try:
            self._hub.offer(news._replace(picture=shown))
        except Exception:
            log.exception("The boards of %r could not be told; they find out by themselves", shown.version)

    async def _poke(self, changed: Changed) -> None:
        try:
            await self._layer().group_send(GROUP, poke(changed))
        except Exception:
            log.exception("The channel layer took no poke; boards find changes out by themselves")
