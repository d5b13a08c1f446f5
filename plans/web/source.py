"""The mirror as the hub reads it: in a thread, one reading of a plan at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.db import database_sync_to_async

from plans.live.news import News
from plans.mirror import reading
from plans.mirror.following import Follower
from plans.web.gathering import silence, with_silence

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_TELLING = 20
"""After a longer absence nobody is told of every single revision."""
_UNSEEN = ("", 0)
"""The version of a plan that is read again though it is the same: something else is to be said of it."""


class MirrorSource:
    """Follows the open plans in the mirror."""

    def __init__(self) -> None:
        self._follower = Follower()
        self._silences: dict[str, str] = {}
        """What was said of the worker when a plan was read."""

    async def read(self, namespace: str) -> News | None:
        """Read what changed since the last reading."""
        news: News | None = await database_sync_to_async(self._read)(namespace)
        return news

    async def versions(self, namespaces: Collection[str]) -> Mapping[str, tuple[str, int]]:
        """Tell history and revision of some plans, in two queries; of a worker that fell silent, too."""
        found: Mapping[str, tuple[str, int]] = await database_sync_to_async(self._versions)(namespaces)
        return found

    def drop(self, namespace: str) -> None:
        """Forget a plan that nobody looks at any more."""
        self._follower.drop(namespace)
        self._silences.pop(namespace, None)

    def _versions(self, namespaces: Collection[str]) -> Mapping[str, tuple[str, int]]:
        said = silence()
        same = {name for name in namespaces if self._silences.get(name, "") == said}
        return {name: at if name in same else _UNSEEN for name, at in reading.versions(namespaces).items()}

    def _read(self, namespace: str) -> News | None:
        said = self._silences[namespace] = silence()
        known = self._follower.revision(namespace)
        picture = self._follower.read(namespace)
        if picture is None:
            return None
        missed = picture.plan.revision - known if known is not None else 0
        lines = reading.events(namespace, limit=missed) if 0 < missed <= _TELLING else []
        return News(with_silence(picture, said), lines[::-1])
