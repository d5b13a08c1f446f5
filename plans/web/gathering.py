"""What a page is drawn from: the mirror, or the plan in hand right after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from plans.django_wiring import desk
from plans.domain.errors import PlanNotFound
from plans.domain.picture import Picture, picture_of
from plans.mirror import reading
from plans.security.person import sight
from plans.security.roles import Role, may
from plans.web.allowed import VERBS
from plans.web.drawer import drawer_view
from plans.web.history_rows import told
from plans.web.owners import offers
from plans.web.since import since_view
from plans.web.times import iso
from plans.wiring import now_ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpRequest

    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.mirror.reading import SyncState
    from plans.security.person import BoardRequest
    from plans.web.drawer import DrawerView

_START = "Start `planboard up` or `manage.py sync_plans`."
_SAVED = "saved"
_TOLD = "told"
HISTORY = 50
"""Revisions that the drawer shows of one step."""
SILENT_MS = 60_000
"""After so long without a sign the worker counts as gone."""


def shown(request: HttpRequest, namespace: str) -> Picture:
    """Give the plan as the mirror has it; raises PlanNotFound.

    Where the worker has not copied yet what this person just saved, the files are read instead: a page
    never waits for the worker, and never takes a person's change back.
    """
    saved, revision = saved_here(request)
    own = revision if saved == namespace else 0
    try:
        picture = with_silence(reading.picture(namespace), silence())
    except PlanNotFound:
        if not own:
            raise
        return in_hand(desk().store.read(namespace).plan)
    behind = own > picture.plan.revision
    return in_hand(desk().store.read(namespace).plan, like=picture) if behind else picture


def saved_here(request: HttpRequest) -> tuple[str, int]:
    """Name the plan that this person changed last, and its revision; 0 where there is none."""
    saved = request.session.get(_SAVED, {})
    return saved.get("namespace", ""), saved.get("revision", 0)


def remember_saved(request: HttpRequest, plan: Plan, *, told: str) -> None:
    """Note which revision this person's next page must not be older than, and what it says was done."""
    request.session[_SAVED] = {"namespace": plan.namespace, "revision": plan.revision}
    tell(request, told)


def tell(request: HttpRequest, text: str) -> None:
    """Keep a sentence for this person's next page."""
    request.session[_TOLD] = text


def take_told(request: HttpRequest) -> str:
    """Take the sentence that was kept, "" when there is none."""
    return str(request.session.pop(_TOLD, "")) if _TOLD in request.session else ""


def in_hand(plan: Plan, *, like: Picture | None = None) -> Picture:
    """Draw a plan that is newer than the mirror, with the lives that the mirror knows."""
    if like is None:
        return picture_of(plan, lives=reading.lives_of(plan))
    drawn = picture_of(
        plan, lives=like.lives, problem=like.problem, warnings=like.warnings, writable=like.writable
    )
    return msgspec.structs.replace(drawn, document=like.document, copy=like.copy)


def history(namespace: str, number: int, *, newest: Line | None = None) -> Sequence[Line]:
    """List what happened to a step, newest first; ``newest`` may not be in the mirror yet."""
    lines = reading.events(namespace, step=number, limit=HISTORY)
    if newest is not None and (not lines or lines[0].rev < newest.rev):
        return [newest, *lines]
    return lines


def latest(namespace: str) -> dict[str, str]:
    """Say what happened last in a plan, and when."""
    lines = reading.events(namespace, limit=1)
    if not lines:
        return {}
    return {"latest": told(lines[0]), "latest_at": iso(lines[0].at)}


def step_drawer(
    request: BoardRequest, picture: Picture, number: int, *, newest: Line | None = None
) -> DrawerView:
    """Gather a step in full; raises StepNotFound."""
    step = picture.plan.step(number)
    lines = (
        _until(picture, number) if picture.is_past else history(picture.plan.namespace, number, newest=newest)
    )
    return drawer_view(
        picture,
        number,
        lines=lines,
        since=since_view(picture, number, newest=newest),
        offers=offers(reading.sessions(sight(request)), owner=step.owner)
        if step.is_open and picture.writable
        else None,
        allowed=may(request.user, Role.OPERATOR, picture.plan.namespace),
    )


def _until(picture: Picture, number: int) -> Sequence[Line]:
    """List what had happened to a step by the revision that is looked at, newest first."""
    plan = picture.plan
    return reading.events(plan.namespace, step=number, before=plan.revision + 1, limit=HISTORY)


def can(request: BoardRequest, namespace: str) -> Iterable[str]:
    """Name what this person may do on a plan's board; the server checks again."""
    return VERBS if may(request.user, Role.OPERATOR, namespace) else ()


def worker_said() -> str:
    """Say what is wrong with the worker, "" when it is well."""
    state = reading.sync_state()
    if state is None:
        return f"Nothing copies the plans to this board yet. {_START}"
    return _silence(state) or state.note


def silence() -> str:
    """Say that the worker has fallen silent, "" while it is heard; where none ever ran nothing is copied."""
    state = reading.sync_state()
    return _silence(state) if state is not None else ""


def with_silence(picture: Picture, said: str) -> Picture:
    """Say beside what is wrong with a plan's file that nothing newer may be shown of it."""
    return msgspec.structs.replace(picture, warnings=(*picture.warnings, said)) if said else picture


def _silence(state: SyncState) -> str:
    silent = state.silence(now_ms()) > SILENT_MS
    return f"The worker is silent: what you see may be old. {_START}" if silent else ""
