"""The sessions' rows: written a batch at a time, beside the way of a change; used only by ``sync``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from plans.domain.picture import Life
from plans.domain.step import OPEN
from plans.mirror.documents import indexed, storable
from plans.mirror.models import Session, Step, Worker

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_AT_ONCE = 500
"""Names in one statement: databases limit how many."""
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


def pulses() -> dict[str, tuple[int, int | None]]:
    """Tell in which half minutes each session was heard, and when last: what no file keeps."""
    return {
        session: (beats, beat_at)
        for session, beats, beat_at in Session.objects.values_list("session", "beats", "beat_at")
    }


def owners() -> set[str]:
    """Name everybody who has an open step; long names are cut as an index cuts them."""
    found = Step.objects.filter(removed=False, status__in=OPEN).exclude(owner="")
    return set(found.order_by().values_list("owner", flat=True).distinct())


def forget_silent(before: int, *, kept: Collection[str]) -> None:
    """Drop the sessions that gave no sign of life from ``before`` (ms) on, but for those who are ``kept``."""
    silent = Session.objects.filter(
        Q(beat_at=None) | Q(beat_at__lt=before), Q(progress_at=None) | Q(progress_at__lt=before)
    )
    names = [name for name in silent.values_list("session", flat=True) if indexed(name) not in kept]
    for at in range(0, len(names), _AT_ONCE):
        Session.objects.filter(session__in=names[at : at + _AT_ONCE]).delete()


def leave_unknown(judged: Collection[str]) -> None:
    """Let the others be unknown: nobody judges who was heard in another root, or whose files are gone."""
    found = Session.objects.exclude(liveness="unknown").values_list("session", flat=True)
    names = [name for name in found if name not in judged]
    for at in range(0, len(names), _AT_ONCE):
        Session.objects.filter(session__in=names[at : at + _AT_ONCE]).update(liveness="unknown")


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
