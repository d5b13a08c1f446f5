"""The mirror as the hub reads it: in a thread, one reading of a plan at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.db import database_sync_to_async

from plans.live.news import News
from plans.mirror import reading
from plans.mirror.following import Follower

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_TELLING = 20
"""After a longer absence nobody is told of every single revision."""


class MirrorSource:
    """Follows the open plans in the mirror."""

    def __init__(self) -> None:
        self._follower = Follower()

    async def read(self, namespace: str) -> News | None:
        """Read what changed since the last reading."""
        news: News | None = await database_sync_to_async(self._read)(namespace)
        return news

    async def versions(self, namespaces: Collection[str]) -> Mapping[str, tuple[str, int]]:
        """Tell history and revision of some plans, in one query."""
        found: Mapping[str, tuple[str, int]] = await database_sync_to_async(reading.versions)(namespaces)
        return found

    def drop(self, namespace: str) -> None:
        """Forget a plan that nobody looks at any more."""
        self._follower.drop(namespace)

    def _read(self, namespace: str) -> News | None:
        known = self._follower.revision(namespace)
        picture = self._follower.read(namespace)
        if picture is None:
            return None
        missed = picture.plan.revision - known if known is not None else 0
        lines = reading.events(namespace, limit=missed) if 0 < missed <= _TELLING else []
        return News(picture, lines[::-1])
