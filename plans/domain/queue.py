"""What needs a person, over all plans, and in which order: by what it holds up and how long it waits."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from plans.domain.mention import Mention, mention_of
from plans.domain.plan import PlanState
from plans.domain.standing import Column
from plans.domain.step import Flag, Status, Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from plans.domain.picture import Life, Picture

STALE_IN_QUEUE = 10 * 60_000
"""Milliseconds without a heartbeat after which an owner's silence is a person's business."""
FIVE_MINUTES = 5 * 60_000
"""Milliseconds of waiting that weigh as much as one step that cannot start."""
A_SESSION = 3
"""How many such steps a session that has nothing else to do weighs."""


class Reason(StrEnum):
    """Why a step needs a person. The first five are the kinds of a request."""

    APPROVAL = "approval"
    INPUT = "input"
    PROBLEM = "problem"
    REVIEW = "review"
    HOLD = "hold"
    GATE = "gate"
    FAILED = "failed"
    STALE = "stale"
    MENTION = "mention"
    FORGED = "forged"


_REASONS = {
    Status.PENDING: Reason.GATE,
    Status.IN_PROGRESS: Reason.STALE,
    Status.BLOCKED: Reason.PROBLEM,
    Status.IN_REVIEW: Reason.REVIEW,
    Status.FAILED: Reason.FAILED,
}


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A step that needs a person, and since when (ms)."""

    step: Step
    since: int
    mention: Mention | None = None
    """Where a comment calls somebody, and nothing else does."""


class Waiting(msgspec.Struct, frozen=True):
    """A pending step that cannot start yet; decoded from a step's document, which has more fields."""

    number: int
    owner: str | None = None
    needs: tuple[int, ...] = ()


class AskingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with something for a person in it."""

    namespace: str
    title: str
    group: str
    revision: int
    writable: bool
    candidates: tuple[Candidate, ...] = ()
    waiting: tuple[Waiting, ...] = ()


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the queue."""

    plan: AskingPlan
    step: Step
    reason: Reason
    since: int
    behind: int
    """Steps that cannot start before this one is dealt with, directly or not."""
    stopped: int
    """Sessions with nothing else to do than to wait for it."""
    mention: Mention | None = None
    """The comment that calls somebody, where this is all there is."""

    def called(self, name: str) -> int:
        """Tell when a comment last called this person, ms; 0 where something else needs a person."""
        return self.mention.called(name) if self.mention else 0

    def is_for(self, name: str) -> bool:
        """Tell whether it needs this person, too: most entries need anybody."""
        return self.mention is None or self.mention.calls(name)

    @property
    def key(self) -> tuple[str, int]:
        """Name the step among all plans."""
        return (self.plan.namespace, self.step.number)


def queue(plans: Iterable[AskingPlan], *, not_stopped: Collection[str] = ()) -> list[Ask]:
    """Put everything that needs a person in order, the most urgent first, ties by age.

    ``not_stopped`` names the sessions that work on something, and those that are gone.
    """
    asks = [ask for plan in plans for ask in _asks(plan, not_stopped)]
    return sorted(asks, key=lambda ask: (-urgency(ask, now=0), ask.since, ask.key))


def urgency(ask: Ask, *, now: int) -> int:
    """Weigh an entry: 3 x sessions stopped + steps blocked + minutes waiting / 5, in ms of waiting.

    All grow older at the same pace, so the order is the same at any time.
    """
    return FIVE_MINUTES * (A_SESSION * ask.stopped + ask.behind) + now - ask.since


def reason_of(step: Step) -> Reason:
    """Say why a step of the queue is in it."""
    if step.asks and step.request is not None:
        return Reason(step.request.kind)
    return Reason.FORGED if step.flag is Flag.FORGED and step.is_open else _REASONS[step.status]


def asking_plan(picture: Picture, *, now: int) -> AskingPlan:
    """Find what needs a person in a plan in hand; nothing does in one that is put aside."""
    plan = picture.plan
    steps = () if plan.archived or plan.state is PlanState.ABORTED else plan.steps
    return AskingPlan(
        namespace=plan.namespace,
        title=plan.title,
        group=plan.group_name,
        revision=plan.revision,
        writable=picture.writable,
        candidates=tuple(
            found
            for step in steps
            if (found := candidate(step, picture.standings[step.number].column, picture.lives, now=now))
        ),
        waiting=tuple(
            Waiting(step.number, step.owner, step.needs)
            for step in plan.steps
            if picture.standings[step.number].waits_on
        ),
    )


def candidate(
    step: Step, column: str, lives: Mapping[str, Life], *, now: int, turned: int = 0
) -> Candidate | None:
    """Tell why and since when a step needs a person; None where it does not."""
    if column == Column.ASK or is_stale(step, lives, now=now):
        return Candidate(step=step, since=since_of(step, lives, turned=turned))
    mention = mention_of(step)
    return Candidate(step=step, since=mention.since, mention=mention) if mention else None


def is_stale(step: Step, lives: Mapping[str, Life], *, now: int) -> bool:
    """Tell whether the step's owner has been silent for so long that a person should know.

    A heartbeat from the future came before the clock was set back: who is alive has sent another.
    """
    life = lives.get(step.owner or "") if step.status is Status.IN_PROGRESS else None
    silent = life is not None and life.liveness == "stale"
    return silent and abs(now - ((life and life.beat_at) or 0)) >= STALE_IN_QUEUE


def since_of(step: Step, lives: Mapping[str, Life], *, turned: int) -> int:
    """Tell since when a step waits (ms); ``turned`` is when it came to, 0 where nobody knows."""
    if step.asks and step.request is not None:
        return step.request.at
    life = lives.get(step.owner or "")
    if step.status is Status.IN_PROGRESS and life is not None:
        return life.beat_at or 0
    return turned or step.updated_at


def _asks(plan: AskingPlan, not_stopped: Collection[str]) -> Iterator[Ask]:
    users: dict[int, list[Waiting]] = {}
    for waiting in plan.waiting:
        for need in waiting.needs:
            users.setdefault(need, []).append(waiting)
    for found in plan.candidates:
        step = found.step
        behind = _behind(step.number, users)
        held = {waiting.owner for waiting in behind} | (
            {step.owner} if step.status is Status.BLOCKED else set()
        )
        yield Ask(
            plan=plan,
            step=step,
            reason=_reason(found, plan),
            mention=found.mention,
            since=found.since,
            behind=len(behind),
            stopped=sum(bool(name) and name not in not_stopped for name in held),
        )


def _reason(found: Candidate, plan: AskingPlan) -> Reason:
    if found.mention:
        return Reason.MENTION
    reason = reason_of(found.step)
    waits = any(found.step.number == waiting.number for waiting in plan.waiting)
    return Reason.GATE if reason is Reason.FORGED and found.step.is_gate and not waits else reason


def _behind(number: int, users: Mapping[int, list[Waiting]]) -> list[Waiting]:
    found: dict[int, Waiting] = {}
    queue = [number]
    while queue:
        for waiting in users.get(queue.pop(), ()):
            if waiting.number != number and waiting.number not in found:
                found[waiting.number] = waiting
                queue.append(waiting.number)
    return list(found.values())
