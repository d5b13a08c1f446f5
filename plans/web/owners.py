"""Whom a step can be given to: live sessions, the longest idle first, then those at work with their step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.domain.step import Status
from plans.mirror.reading import Task
from plans.security.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.mirror.reading import SessionRow

_AT_WORK = frozenset({Status.IN_PROGRESS, Status.BLOCKED, Status.IN_REVIEW})
LIVE = "live"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A session that can be the next owner."""

    session: str
    name: str
    """The session id as it may be shown."""
    agent: str
    since: int
    """Since when it is idle (ms); for a working one its last progress."""
    task: Task | None
    """What it works on."""
    doing: str
    """That step's title as it may be shown."""
    is_owner: bool


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """The picker's two groups; "Unclaimed" and a typed id come after them."""

    idle: tuple[Offer, ...] = ()
    working: tuple[Offer, ...] = ()


def offers(rows: Iterable[SessionRow], *, owner: str | None) -> Offers:
    """Sort the live sessions for the picker; the present owner is listed too, whatever its state."""
    found = [_offer(row, owner) for row in rows if row.life.liveness == LIVE or row.life.session == owner]
    return Offers(
        idle=tuple(sorted((offer for offer in found if offer.task is None), key=lambda offer: offer.since)),
        working=tuple(
            sorted((offer for offer in found if offer.task is not None), key=lambda offer: offer.session)
        ),
    )


def _offer(row: SessionRow, owner: str | None) -> Offer:
    life = row.life
    task = next((task for task in row.tasks if task.status in _AT_WORK), None)
    return Offer(
        session=life.session,
        name=clean_line(life.session),
        agent=life.agent,
        since=life.progress_at or life.started or life.beat_at or 0,
        task=task,
        doing=clean_line(task.title) if task else "",
        is_owner=life.session == owner,
    )
