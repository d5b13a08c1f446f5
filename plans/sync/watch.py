"""Hearing of changes under a root: every event only says "look at this plan"."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Protocol

from plans.store.paths import JOURNAL, PLAN

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.store.plan_store import PlanStore

WATCHED_FILES = frozenset({PLAN, JOURNAL})
KEYS = ".decision_keys.json"
"""Whose signatures count, as the board tells everybody who reads the root."""


class Ears(Protocol):
    """Who wants to hear."""

    def plan_touched(self, namespace: str, *, core: bool) -> None:
        """Somebody touched a plan's files; ``core``: its plan.json."""
        ...

    def session_touched(self) -> None:
        """Somebody touched a heartbeat file."""
        ...

    def events_lost(self) -> None:
        """Events were lost, or mean something for all plans: look at everything."""
        ...


class WatchFailed(Exception):
    """Notifications cannot work here; the message says why and what would help."""


class Watch(Protocol):
    """Hears until it is cancelled; raises WatchFailed when it cannot any more."""

    async def listen(self, started: Callable[[], None]) -> None:
        """Start to hear, call ``started``, and go on."""
        ...


def watch(root: str, ears: Ears) -> Watch:
    """Choose how to hear on this system."""
    if platform.system() == "Linux":
        from plans.sync.inotify import InotifyWatch  # noqa: PLC0415 - each exists on its own system only

        return InotifyWatch(root, ears)
    from plans.sync.file_events import FileEventsWatch  # noqa: PLC0415

    return FileEventsWatch(root, ears)


def watch_sources(store: PlanStore, ears: Ears) -> Watch:
    """Choose how to hear of other programs' lists on this system."""
    if platform.system() == "Linux":
        from plans.sync.inotify_sources import InotifySources  # noqa: PLC0415 - as above

        return InotifySources(store, ears)
    from plans.sync.file_events_sources import FileEventsSources  # noqa: PLC0415

    return FileEventsSources(store, ears)
