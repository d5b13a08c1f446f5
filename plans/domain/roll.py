"""Who is there: every session with the open steps it has, and how it stands."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from plans.domain.picture import Life
from plans.domain.step import RequestKind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

STUCK_AFTER = 10 * 60_000
"""Milliseconds without progress after which a session that works and is alive counts as stuck."""


class SessionState(StrEnum):
    """How a session stands, in the order in which a list shows them: those that need a person first."""

    STALE = "stale"
    """Its heartbeats stopped, and it still has steps."""
    ASKING = "asking"
    """It waits for a person's decision or look."""
    BLOCKED = "blocked"
    """It cannot go on, or a person stopped it."""
    STUCK = "stuck"
    """It is alive and works, but says nothing new."""
    WORKING = "working"
    IDLE = "idle"
    QUIET = "quiet"
    """It never sent a heartbeat, and did nothing for a while."""
    ENDED = "ended"
    """Its heartbeats stopped, and it has no step left."""


class Asked(msgspec.Struct, frozen=True):
    """A request, as far as it matters here; decoded from a step's document."""

    kind: RequestKind


class HeldStep(msgspec.Struct, frozen=True, kw_only=True):
    """An open step that a session has; decoded from a step's document, which has more fields."""

    number: int
    title: str = ""
    status: Status = Status.PENDING
    active_form: str | None = None
    request: Asked | None = None
    revision: int = 0
    updated_at: int = 0
    namespace: str = ""
    plan_title: str = ""
    writable: bool = True

    @property
    def key(self) -> tuple[str, int]:
        """Name the step among all plans."""
        return (self.namespace, self.number)

    @property
    def is_blocked(self) -> bool:
        """Whether it waits for help, or for the person who stopped it."""
        kind = self.request.kind if self.request else RequestKind.PROBLEM
        return self.status is Status.BLOCKED and kind in (RequestKind.PROBLEM, RequestKind.HOLD)

    @property
    def asks(self) -> bool:
        """Whether it waits for an answer or a look."""
        return self.status in (Status.BLOCKED, Status.IN_REVIEW) and not self.is_blocked


_FIRST = (Status.IN_PROGRESS, Status.BLOCKED, Status.IN_REVIEW, Status.PENDING)


class Attendee(msgspec.Struct, frozen=True, kw_only=True):
    """A session and the open steps it has."""

    life: Life
    held: tuple[HeldStep, ...] = ()

    @property
    def now_on(self) -> HeldStep | None:
        """Name the step that says most about it: what it works on before what it waits with."""
        newest = sorted(self.held, key=lambda step: -step.updated_at)
        return min(newest, key=lambda step: _FIRST.index(step.status), default=None)

    @property
    def last_sign(self) -> int:
        """When it last gave any sign of life (ms)."""
        return max(self.life.beat_at or 0, self.life.progress_at or 0)


def state_of(attendee: Attendee, *, now: int) -> SessionState:
    """Judge how a session stands; ``now`` is ms."""
    life, held = attendee.life, attendee.held
    if life.liveness == "stale":
        return SessionState.STALE if held else SessionState.ENDED
    if any(step.status is Status.IN_PROGRESS for step in held):
        return _at_work(life, now=now)
    if any(step.asks for step in held):
        return SessionState.ASKING
    if any(step.is_blocked for step in held):
        return SessionState.BLOCKED
    return SessionState.QUIET if life.liveness == "quiet" else SessionState.IDLE


def behind(held: Iterable[HeldStep], waiting: Mapping[tuple[str, int], Iterable[int]]) -> int:
    """Count the steps that cannot start before these are done, directly or not.

    ``waiting`` gives the needs of every step that waits, by plan and number.
    """
    users: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for (namespace, number), needs in waiting.items():
        for need in needs:
            users.setdefault((namespace, need), []).append((namespace, number))
    own = {step.key for step in held}
    queue, found = list(own), set(own)
    for key in queue:  # grows while it is walked: a queue
        fresh = [user for user in users.get(key, ()) if user not in found]
        found.update(fresh)
        queue.extend(fresh)
    return len(found - own)


def _at_work(life: Life, *, now: int) -> SessionState:
    stuck = life.progress_at is not None and now - life.progress_at >= STUCK_AFTER
    return SessionState.STUCK if stuck or life.liveness == "quiet" else SessionState.WORKING
