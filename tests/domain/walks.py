"""Plans as any order of deeds by anybody makes them: what the laws of the domain are tried on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from hypothesis import strategies as st
from msgspec.structs import replace

from plans.domain.actor import FILE, Actor, session
from plans.domain.errors import PlanError
from plans.domain.plan import Plan
from plans.domain.revision import Line, fold
from plans.domain.step import Kind, Progress, RequestKind, Review, Risk, Status, Step
from plans.domain.verbs import assigning, deciding, planning, shaping, working
from tests.domain.cast import ABC, ANA, BEN, DEF, NOW, line_between

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Wish(NamedTuple):
    """What somebody wants to do; the numbers choose of whatever there is to choose from."""

    verb: str
    by: int
    """Chooses who: mostly somebody who may, now and then somebody who may not."""
    at: int
    """Chooses the step: mostly one that fits, now and then one that is not there."""
    to: int
    """Chooses another step, an owner, an older plan."""
    how: int
    """Chooses among the ways of doing it."""


class Deed(NamedTuple):
    """A wish, where it was made."""

    verb: str
    by: Actor
    number: int
    to: int
    how: int


class Leg(NamedTuple):
    """One deed of a walk; a refused one has no line and leaves the plan."""

    deed: Deed
    before: Plan
    after: Plan
    line: Line | None
    edited: Plan
    """What the verb returned, before it was made a revision."""
    kept: bytes
    """The plan before, written down before anything was done."""


RISKS: tuple[Risk | None, ...] = (*Risk, None)
OWNERS = (ABC.name, DEF.name, None)

type Verb = Callable[[Plan, int, Deed, Sequence[Plan]], Plan]

VERBS: dict[str, Verb] = {
    "claim": lambda plan, n, do, _: working.claim(plan, n, by=do.by),
    "next": lambda plan, _n, do, _: _next(plan, do),
    "say": lambda plan, n, do, _: working.say(
        plan, n, by=do.by, active_form=("a", "b", None)[do.how % 3], progress=Progress(do.to % 3, 3)
    ),
    "complete": lambda plan, n, do, _: working.complete(plan, n, by=do.by, at=NOW),
    "force_complete": lambda plan, n, do, _: working.force_complete(plan, n, by=do.by),
    "fail": lambda plan, n, do, _: working.fail(plan, n, by=do.by, reason="no"),
    "release": lambda plan, n, do, _: working.release(plan, n, by=do.by),
    "block": lambda plan, n, do, _: deciding.block(
        plan, n, by=do.by, at=NOW, kind=_of(tuple(RequestKind), do.how), text="?", risk=_of(RISKS, do.to)
    ),
    "approve": lambda plan, n, do, _: deciding.approve(plan, n, by=do.by, at=NOW, seen=plan.revision),
    "reject": lambda plan, n, do, _: deciding.reject(
        plan, n, by=do.by, at=NOW, note=("no", "no", "")[do.how % 3], seen=plan.revision
    ),
    "reply": lambda plan, n, do, _: deciding.reply(plan, n, by=do.by, at=NOW, note="so", seen=plan.revision),
    "undo": lambda plan, n, do, _: deciding.undo(plan, n, by=do.by),
    "reassign": lambda plan, n, do, _: assigning.reassign(plan, n, by=do.by, owner=_of(OWNERS, do.to)),
    "retry": lambda plan, n, do, _: assigning.retry(plan, n, by=do.by),
    "cancel": lambda plan, n, do, _: assigning.cancel(plan, n, by=do.by, reason="off"),
    "comment": lambda plan, n, do, _: assigning.comment(
        plan, n, by=do.by, at=NOW, text=("hm", " ")[do.how % 2]
    ),
    "add": lambda plan, n, do, _: _add(plan, n, do),
    "edit": lambda plan, n, do, _: shaping.edit(plan, n, by=do.by, **_changes(plan, do)),
    "move": lambda plan, n, do, _: shaping.move(
        plan, n, by=do.by, after=_number(plan, do.to) if do.how % 3 else None
    ),
    "remove": lambda plan, n, do, _: shaping.remove(plan, n, by=do.by),
    "describe": lambda plan, _n, do, _: planning.describe(
        plan, by=do.by, title=("a", "b", None)[do.how % 3], status=("x", "y", None)[do.to % 3]
    ),
    "activate": lambda plan, _n, do, _: planning.activate(plan, by=do.by),
    "abort": lambda plan, _n, do, _: planning.abort(plan, by=do.by),
    "archive": lambda plan, _n, do, _: planning.archive(plan, by=do.by),
    "unarchive": lambda plan, _n, do, _: planning.unarchive(plan, by=do.by),
    "restore": lambda plan, _n, do, past: planning.restore(plan, _of(tuple(past[::-1]), do.to + 1), by=do.by),
    "newer": lambda plan, n, do, _: _newer(plan, n, do),
}
WORKERS_VERBS = {"claim", "next", "say", "complete", "fail", "release", "block"}
ANSWERABLE = {RequestKind.INPUT, RequestKind.PROBLEM}
FITTING: dict[str, Callable[[Step], bool]] = {
    "say": lambda step: step.status is Status.IN_PROGRESS,
    "complete": lambda step: step.status is Status.IN_PROGRESS,
    "fail": lambda step: step.status in {Status.IN_PROGRESS, Status.BLOCKED},
    "release": lambda step: step.status in {Status.IN_PROGRESS, Status.BLOCKED},
    "block": lambda step: step.status is Status.IN_PROGRESS,
    "approve": lambda step: step.asks or (step.is_gate and step.is_open),
    "reject": lambda step: step.asks or (step.is_gate and step.is_open),
    "reply": lambda step: step.request is not None and step.asks and step.request.kind in ANSWERABLE,
    "undo": lambda step: step.decision is not None and step.decision.revision == step.revision,
    "retry": lambda step: step.status in {Status.FAILED, Status.CANCELLED},
}
USUAL = ("claim", "next", "next", "block", "block", "approve", "reject", "reply", "undo", "complete")

wishes = st.builds(
    Wish,
    verb=st.sampled_from((*VERBS, *USUAL, *USUAL, *USUAL)),
    by=st.integers(0, 6),
    at=st.integers(0, 6),
    to=st.integers(0, 6),
    how=st.integers(0, 6),
)
walks = st.lists(wishes, min_size=10, max_size=40)


def walked(todo: Sequence[Wish]) -> list[Leg]:
    """Do one deed after the other, each saved through a line of JSON; refusals change nothing."""
    plan = start()
    past = [plan]
    legs: list[Leg] = []
    for wish in todo:
        legs.append(_gone(plan, _meant(plan, wish), past))
        plan = legs[-1].after
        past.append(plan)
    return legs


def start() -> Plan:
    """Give a plan with work, a gate behind it and work behind the gate, one of it to be reviewed."""
    empty = Plan(namespace="payments.ledger", epoch="e1", created_by=str(ABC))
    plan = shaping.add(empty, by=ABC, at=NOW, title="a")
    plan = shaping.add(plan, by=ANA, at=NOW, title="b", review=Review.REQUIRED, extra={"retry": {"times": 2}})
    plan = shaping.add(plan, by=ANA, at=NOW, title="c", kind=Kind.GATE, needs=(1,))
    plan = shaping.add(plan, by=ANA, at=NOW, title="d", needs=(3,))
    return fold(empty, line_between(empty, plan, by=ABC, verb="create"))


def content(plan: Plan) -> Plan:
    """Leave out what folding sets by itself."""
    steps = tuple(replace(step, revision=0, updated_by="", updated_at=0) for step in plan.steps)
    return replace(plan, steps=steps, revision=0, own_revision=0, updated_by="", updated_at=0)


def through_json(line: Line) -> Line:
    return msgspec.json.decode(msgspec.json.encode(line), type=Line)


def _meant(plan: Plan, wish: Wish) -> Deed:
    number = _number(plan, wish.at)
    fits = FITTING.get(wish.verb)
    fitting = [step.number for step in plan.steps if fits and fits(step)]
    if fitting and wish.at < 6:
        number = _of(tuple(fitting), wish.at)
    by = _of((ABC, DEF, ANA, BEN, ABC, DEF, FILE), wish.by)
    if wish.by < 4:
        owner = plan.step(number).owner if plan.has_step(number) else None
        worker = session(owner) if owner else _of((ABC, DEF), wish.by)
        by = worker if wish.verb in WORKERS_VERBS else _of((ANA, BEN), wish.by)
    return Deed(wish.verb, by, number, wish.to, wish.how)


def _gone(plan: Plan, deed: Deed, past: Sequence[Plan]) -> Leg:
    kept = msgspec.json.encode(plan)
    try:
        edited = VERBS[deed.verb](plan, deed.number, deed, past)
    except PlanError:
        return Leg(deed, plan, plan, None, plan, kept)
    line = through_json(line_between(plan, edited, by=deed.by, verb=deed.verb, step=deed.number))
    if not (line.set or line.moved):
        return Leg(deed, plan, plan, None, edited, kept)
    return Leg(deed, plan, fold(plan, line), line, edited, kept)


def _of[T](choices: tuple[T, ...], index: int) -> T:
    return choices[index % len(choices)]


def _number(plan: Plan, index: int) -> int:
    return _of((*plan.positions, *plan.positions, *plan.removed, plan.next_number), index)


def _next(plan: Plan, do: Deed) -> Plan:
    step = working.next_ready(plan, by=do.by)
    return working.claim(plan, step.number, by=do.by) if step else plan


def _add(plan: Plan, number: int, do: Deed) -> Plan:
    kind = Kind.GATE if do.how == 0 else Kind.WORK
    after = number if do.how % 2 else None
    needs = (_number(plan, do.to),) if do.to % 2 else ()
    return shaping.add(plan, by=do.by, at=NOW, title="new", kind=kind, after=after, needs=needs)


def _changes(plan: Plan, do: Deed) -> shaping.Changes:
    return _of(
        (
            shaping.Changes(needs=(_number(plan, do.to), _number(plan, do.to + 1))),
            shaping.Changes(needs=()),
            shaping.Changes(review=_of(tuple(Review), do.to), critical=bool(do.to % 3)),
            shaping.Changes(risk=_of(tuple(Risk), do.to)),
            shaping.Changes(extra={"timeout": do.to, "retry": None if do.to % 2 else {"times": do.to}}),
            shaping.Changes(title=_of(("a", "b"), do.to), notes=_of(("", "n"), do.to)),
        ),
        do.how,
    )


def _newer(plan: Plan, number: int, do: Deed) -> Plan:
    """Write a field that this program does not know, as a newer one would."""
    step = plan.step(number)
    return plan.with_step(replace(step, beyond=step.beyond | {_of(("deadline", "colour"), do.to): do.how}))
