"""The sessions' rows: written a batch at a time, beside the way of a change; used only by ``sync``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.picture import Life
from plans.domain.step import OPEN
from plans.mirror.documents import indexed, storable
from plans.mirror.models import Session, Step, Worker

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_COLUMNS = [name for name in Life.__struct_fields__ if name != "session"]


def write_lives(lives: Iterable[Life]) -> None:
    """Write what is known of some sessions."""
    clean = {life.session: life for life in map(storable, lives)}
    rows = [
        Session(**{name: getattr(life, name) for name in Life.__struct_fields__}) for life in clean.values()
    ]
    Session.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["session"], update_fields=_COLUMNS
    )


def plans_of(sessions: Collection[str]) -> list[str]:
    """Name the plans in which some sessions have open steps."""
    owners = [indexed(session) for session in sessions]
    found = Step.objects.filter(owner__in=owners, removed=False, status__in=OPEN)
    return list(found.order_by().values_list("plan__namespace", flat=True).distinct())


def write_worker(worker: Worker) -> None:
    """Write the worker's sign of life."""
    Worker.objects.bulk_create(
        [worker],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["host", "pid", "beat_at", "mode", "note"],
    )
