"""Arms of a timeline: gates, where a person decided them, or since when they wait for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.web.addresses import as_seen, step_url
from plans.web.authors import author_view
from plans.web.spans import Extent
from plans.web.titles import step_title

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plans.domain.tenure import Chronicle, Turn
    from plans.web.bars import Sheet

_LABEL_ROOM = 11.0
"""Percent of the width that a gate's name needs."""
_LETTERS = 26


class GateArm(msgspec.Struct, frozen=True, kw_only=True):
    """A gate, where it was decided or since when it waits; in percent of the width."""

    x: float
    look: str
    """``open``, ``waiting`` or ``closed``."""
    is_later: bool
    text: str
    """Its name, as far as there is room."""
    said: str
    href: str
    fragment: str


class _Arm(NamedTuple):
    number: int
    at: int
    look: str
    said: str
    is_later: bool = False


def arms(sheet: Sheet, story: Chronicle) -> Iterable[GateArm]:
    """Give the gates that are in sight, with as much of their names as stands free of the next one."""
    found = [arm for turn in story.turns if (arm := _decided(sheet, turn))] + list(_waiting(sheet, story))
    seen = sorted(
        (arm for arm in found if sheet.window.shows(Extent(arm.at, arm.at))), key=lambda arm: arm.at
    )
    for index, arm in enumerate(seen):
        x = sheet.window.at(arm.at)
        right = sheet.window.at(seen[index + 1].at) if index + 1 < len(seen) else 100.0
        yield _gate(sheet, arm, x=x, room=right - x)


def _decided(sheet: Sheet, turn: Turn) -> _Arm | None:
    rev = sheet.now.rev
    is_later = turn.mark.rev > rev
    if turn.undone is not None and (turn.undone.rev <= rev or is_later):
        return None
    verb = "opened" if turn.opened else "rejected"
    look = "open" if turn.opened and not is_later else "closed"
    said = f"{verb} by {author_view(turn.by).name}" + (f", later than rev {rev}" if is_later else "")
    return _Arm(turn.step, turn.mark.at, look, said, is_later)


def _waiting(sheet: Sheet, story: Chronicle) -> Iterable[_Arm]:
    """Give the gates that wait for a person at what is looked at, since the last of their needs was done."""
    picture, rev = sheet.picture, sheet.now.rev
    done = {each.step: each.end.at for each in story.tenures if each.end and each.end.rev <= rev}
    done |= {turn.step: turn.mark.at for turn in story.turns if turn.mark.rev <= rev}
    for step in picture.plan.steps:
        if step.is_gate and step.is_open and picture.standings[step.number].column == "ask":
            since = max((done.get(need, 0) for need in step.needs), default=0) or step.created_at
            since = max(since, sheet.window.start)  # it waits still: it is in sight as long as now is
            yield _Arm(step.number, since, "waiting", "waits for a person")


def _gate(sheet: Sheet, arm: _Arm, *, x: float, room: float) -> GateArm:
    plan = next((plan for plan in (sheet.picture.plan, sheet.newest) if plan.has_step(arm.number)), None)
    title = step_title(plan.step(arm.number).title) if plan else "Removed gate"
    letters = int(_LETTERS * min(room / _LABEL_ROOM, 2.0))
    fits = room >= _LABEL_ROOM / 3
    return GateArm(
        x=x,
        look=arm.look,
        is_later=arm.is_later,
        text=(title if len(title) <= letters else f"{title[: letters - 1].rstrip()}…") if fits else "",
        said=f"Gate {arm.number}, {title}, {arm.said}",
        href=sheet.opened(arm.number),
        fragment=as_seen(sheet.picture, step_url(sheet.picture.plan.namespace, arm.number)),
    )
