"""A plan as a board shows it: the plan, what is derived of it, who works on it, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from plans.domain.graph import Condition, dependents
from plans.domain.plan import Plan
from plans.domain.problem import Problem
from plans.domain.standing import Column, Standing, restand, stand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plans.domain.step import Step


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a session: two separate facts and what they mean now. Times are ms since the epoch."""

    session: str
    agent: str = ""
    host: str = ""
    pid: int | None = None
    started: int | None = None
    beat_at: int | None = None
    """Its last heartbeat; None when it never sent one."""
    beats: int = 0
    """The half minutes before ``beat_at`` in which one was heard: see ``domain.pulse``."""
    progress_at: int | None = None
    """Its last change of any plan."""
    liveness: str = "unknown"
    """``live``, ``stale`` (heartbeats stopped), ``quiet`` (never sent one, no progress) or ``unknown``."""


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A plan at one revision with everything a page or a push needs to draw it."""

    plan: Plan
    standings: dict[int, Standing]
    users: dict[int, list[int]]
    """For each needed step, the steps that need it."""
    counts: dict[Column, int]
    sessions: dict[str, int]
    """The owners and workers of open steps, with how many of them each has."""
    lives: dict[str, Life] = {}
    """What is known of these sessions, by their ids."""
    problem: Problem | None = None
    warnings: tuple[str, ...] = ()
    writable: bool = True
    document: str = ""
    """Names the version of the text around the steps, where the plan is a document: it has no revision."""
    is_past: bool = False
    """An older revision that somebody looks at: links from it stay at that revision."""
    copy: int = 0
    """Which copy in the mirror this is of; a plan that is written whole there gets another. 0: none."""

    @property
    def version(self) -> tuple[str, int]:
        """Name what is shown: history and revision."""
        return (self.history, self.plan.revision)

    @property
    def history(self) -> str:
        """Name the past that pages see: files put back from a copy have the same epoch, but another past."""
        return history_of(self.plan.epoch, self.copy)

    @property
    def file_facts(self) -> tuple[Problem | None, tuple[str, ...], str]:
        """Give what pages say of the file, which makes no revision."""
        return self.problem, self.warnings, self.document


def history_of(epoch: str, copy: int) -> str:
    """Name the history of a plan as one copy of it in the mirror has it."""
    return f"{epoch}.{copy}" if copy else epoch


def picture_of(
    plan: Plan,
    *,
    lives: Mapping[str, Life] | None = None,
    problem: Problem | None = None,
    warnings: tuple[str, ...] = (),
    writable: bool = True,
) -> Picture:
    """Derive everything from a plan alone. O(steps + needs)."""
    standings = stand(plan)
    return Picture(
        plan=plan,
        standings=standings,
        users=dependents(plan),
        counts=_counted(standings.values()),
        sessions=sessions_of(plan),
        lives=dict(lives or {}),
        problem=problem,
        warnings=warnings,
        writable=writable,
    )


def sessions_of(plan: Plan) -> dict[str, int]:
    """Count for each owner and worker the open steps it has."""
    return dict(Counter(name for step in plan.steps for name in _sessions(step)))


def is_restamped(before: Step, now: Step) -> bool:
    """Tell whether only stamps differ, as in steps that a peer's write sends along: no card shows them."""
    return before is now or _unstamped(before) == _unstamped(now)


class Repainted(NamedTuple):
    """The picture of a later revision, and the steps that are not what they were."""

    picture: Picture
    touched: tuple[int, ...]
    """Those named as touched, and those of which something else is derived now; removed ones too."""


def repaint(picture: Picture, plan: Plan, touched: Iterable[int]) -> Repainted:
    """Draw a later revision, deriving again only what the touched steps can have changed."""
    named = list(dict.fromkeys(touched))
    users = picture.users
    if any(_use(picture.plan, number) != _use(plan, number) for number in named):
        users = dependents(plan)
    standings, derived = restand(plan, picture.standings, named, users=users)
    fresh = msgspec.structs.replace(
        picture,
        plan=plan,
        standings=standings,
        users=users,
        counts=_recounted(picture, standings, derived),
        sessions=_resumed(picture, plan, named),
    )
    return Repainted(fresh, tuple(dict.fromkeys((*named, *derived))))


def with_plan(picture: Picture, plan: Plan, touched: Iterable[int]) -> Picture:
    """Give the picture of a later revision."""
    return repaint(picture, plan, touched).picture


def changed_standings(before: Mapping[int, Standing], after: Mapping[int, Standing]) -> list[int]:
    """List the steps whose derived facts differ, new and removed ones included."""
    changed = [number for number, standing in after.items() if before.get(number) is not standing]
    changed = [number for number in changed if before.get(number) != after[number]]
    return changed + [number for number in before if number not in after]


def changed_cards(before: Picture, now: Picture, touched: Iterable[int]) -> tuple[int, ...]:
    """Name those of the touched steps whose cards look different, removed ones included."""
    return tuple(number for number in touched if _looks_different(before, now, number))


def in_columns(picture: Picture) -> dict[Column, list[int]]:
    """List the numbers as the columns show them: plan order; ready ones first in To do."""
    columns: dict[Column, list[int]] = {column: [] for column in Column}
    behind: list[int] = []
    for step in picture.plan.steps:
        standing = picture.standings[step.number]
        (behind if is_behind(standing) else columns[standing.column]).append(step.number)
    columns[Column.TODO] += behind
    return columns


def after(picture: Picture, number: int) -> int | None:
    """Name the card that stands above this one in its column; None when it is the first."""
    standing = picture.standings[number]
    index = picture.plan.positions[number]
    above = _above(picture, index, standing)
    if above is None and is_behind(standing):
        ready = standing._replace(condition=Condition.READY)
        above = _above(picture, len(picture.plan.steps), ready)
    return above


def is_behind(standing: Standing) -> bool:
    """Tell whether a card stands below the ready ones in To do."""
    return standing.column is Column.TODO and standing.condition is not Condition.READY


def _above(picture: Picture, index: int, standing: Standing) -> int | None:
    steps, standings = picture.plan.steps, picture.standings
    behind = is_behind(standing)
    for at in range(index - 1, -1, -1):
        other = standings[steps[at].number]
        if other.column is standing.column and is_behind(other) is behind:
            return steps[at].number
    return None


def _use(plan: Plan, number: int) -> tuple[tuple[int, ...], int] | None:
    """Say what a step needs, and where it stands: those who need the same one are listed in plan order."""
    return (plan.step(number).needs, plan.positions[number]) if plan.has_step(number) else None


def _recounted(picture: Picture, now: Mapping[int, Standing], changed: Iterable[int]) -> dict[Column, int]:
    counts = dict(picture.counts)
    for number in changed:
        for standings, one in ((picture.standings, -1), (now, 1)):
            if number in standings:
                counts[standings[number].column] += one
    return counts


def _resumed(picture: Picture, plan: Plan, touched: Iterable[int]) -> dict[str, int]:
    """Count again who has the touched steps."""
    counts = Counter(picture.sessions)
    for number in touched:
        if picture.plan.has_step(number):
            counts.subtract(_sessions(picture.plan.step(number)))
        if plan.has_step(number):
            counts.update(_sessions(plan.step(number)))
    return {name: count for name, count in counts.items() if count}


def _looks_different(before: Picture, now: Picture, number: int) -> bool:
    if not (before.plan.has_step(number) and now.plan.has_step(number)):
        return True
    same = is_restamped(before.plan.step(number), now.plan.step(number))
    return not same or before.standings[number] != now.standings[number]


def _unstamped(step: Step) -> Step:
    return msgspec.structs.replace(step, stamp_by=None, stamp_at=None, updated_by="", updated_at=0)


def _sessions(step: Step) -> tuple[str, ...]:
    return tuple(name for name in (step.owner, step.worker) if name) if step.is_open else ()


def _counted(standings: Iterable[Standing]) -> dict[Column, int]:
    found = Counter(standing.column for standing in standings)
    return {column: found[column] for column in Column}
