"""The board's lanes: its cards by owner or by phase, in the same four columns."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from plans.domain.standing import Column
from plans.domain.step import RequestKind, Status
from plans.security.text import clean_line
from plans.web.addresses import as_seen
from plans.web.heads import NO_PHASE
from plans.web.plates import OwnerView, owner_view
from plans.web.plurals import counted
from plans.web.session_urls import session_url
from plans.web.times import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.domain.picture import Picture
    from plans.domain.step import Step

NOBODY = "none"
MORE = "more"
REST = "rest"
_MOST = 120
"""Lanes of owners that are drawn; what others have in work stands in one more, which counts them."""
_NARROWER = (("Only stale", "is:stale"), ("Only what needs you", "needs:me"))
"""Filters that leave fewer owners."""


class Group(StrEnum):
    """What the lanes are."""

    OWNER = "owner"
    PHASE = "phase"


class LaneView(msgspec.Struct, frozen=True, kw_only=True):
    """One lane."""

    key: str
    """What its cells are found by; a session's is ``o:`` and its id, a phase's ``p:`` and its name."""
    name: str
    owner: OwnerView | None
    said: str
    """What its session does, or how far the phase is."""
    note: str
    since: str
    """An ISO time that the note is about."""
    is_stale: bool
    href: str
    """Where all that the session has is handed over."""
    is_hidden: bool
    """The filter leaves none of its cards."""
    filters: tuple[tuple[str, str], ...] = ()
    """Names and addresses of filters that leave fewer lanes, where not all are drawn."""


def group_of(text: str) -> Group | None:
    """Read from an address what the board is grouped by."""
    return Group(text) if text in set(Group) else None


def lanes_of(picture: Picture, group: Group, *, matching: set[int]) -> tuple[LaneView, ...]:
    """List the lanes that have cards: sessions by name, phases as the plan uses them, nobody's last."""
    keys = lane_keys(picture, group, matching=matching)
    shown = {keys[number] for number in matching}
    steps: dict[str, list[Step]] = {key: [] for key in _sorted(keys.values(), group)}
    for step in picture.plan.steps:
        steps[keys[step.number]].append(step)
    return tuple(
        _lane(picture, group, key, held=held, is_hidden=key not in shown) for key, held in steps.items()
    )


def lane_keys(picture: Picture, group: Group, *, matching: set[int]) -> dict[int, str]:
    """Name the lane of each step. Where owners are too many, those that the filter leaves come first."""
    if group is Group.PHASE:
        return {step.number: f"p:{step.phase}" if step.phase else NOBODY for step in picture.plan.steps}
    at_work = [step for step in picture.plan.steps if step.owner and step.is_open]
    wanted = {step.owner for step in at_work if step.number in matching}
    owners = sorted({step.owner or "" for step in at_work}, key=lambda owner: (owner not in wanted, owner))
    drawn = set(owners[:_MOST])
    return {step.number: _owners_lane(step, drawn) for step in picture.plan.steps}


def _owners_lane(step: Step, drawn: set[str]) -> str:
    if step.owner is None:
        return NOBODY
    if step.owner in drawn:
        return f"o:{step.owner}"
    return MORE if step.is_open else REST


def _sorted(keys: Iterable[str], group: Group) -> Sequence[str]:
    found = dict.fromkeys(keys)
    last = [key for key in (NOBODY, MORE, REST) if key in found]
    others = [key for key in found if key not in last]
    return [*(sorted(others, key=str.casefold) if group is Group.OWNER else others), *last]


def _lane(picture: Picture, group: Group, key: str, *, held: Sequence[Step], is_hidden: bool) -> LaneView:
    owner = key[2:] if key.startswith("o:") else ""
    note, since, is_stale = _life(picture, owner)
    return LaneView(
        key=key,
        name=_name(key, group, held=held),
        owner=owner_view(owner) if owner else None,
        said=_waits(picture, held) if owner or key == MORE else _done(held),
        note=note,
        since=iso(since),
        is_stale=is_stale,
        href=session_url(owner) if owner else "",
        is_hidden=is_hidden,
        filters=tuple((name, _filtered(picture, query)) for name, query in _NARROWER) if key == MORE else (),
    )


def _filtered(picture: Picture, query: str) -> str:
    return as_seen(picture, f"?{urlencode({'q': query, 'group': Group.OWNER.value})}")


def _name(key: str, group: Group, *, held: Sequence[Step]) -> str:
    if key == MORE:
        count = len({step.owner for step in held})
        return f"{counted(count, 'more owner')} at work"
    if key == REST:
        return "No open step"
    if key == NOBODY:
        return "Unclaimed" if group is Group.OWNER else NO_PHASE
    return clean_line(key[2:])


def _waits(picture: Picture, steps: Sequence[Step]) -> str:
    """Say that a person is waited for, or that it is blocked where problems are all that holds it up."""
    asking = [step for step in steps if picture.standings[step.number].column is Column.ASK]
    if not asking:
        return ""
    return "Blocked" if all(map(_has_problem, asking)) else "Waits for you"


def _has_problem(step: Step) -> bool:
    kind = step.request.kind if step.request else RequestKind.PROBLEM
    return step.status is Status.BLOCKED and kind is RequestKind.PROBLEM


def _done(steps: Sequence[Step]) -> str:
    done = sum(step.status is Status.COMPLETED for step in steps)
    return f"{done} of {len(steps)} done"


def _life(picture: Picture, owner: str) -> tuple[str, int, bool]:
    """Say how long ago the session showed life: the words, since when (ms), whether it is stale."""
    life = picture.lives.get(owner)
    if life is None:
        return "", 0, False
    if life.liveness == "stale":
        return "No heartbeat ", life.beat_at or 0, True
    if life.beat_at:
        return "heartbeat ", life.beat_at, False
    return "", 0, False
