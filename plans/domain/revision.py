"""The difference between two plans, the journal line that records it, and folding lines into a plan."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from plans.domain.exact import is_same, is_same_step
from plans.domain.numbers import Moment, Number, Revision
from plans.domain.order import Moves, moves, place
from plans.domain.plan import OWN_FIELDS, QUIET_PLAN_FIELDS, OwnValues, Plan
from plans.domain.step import FIELDS, QUIET_FIELDS, Step, field_values, with_values
from plans.domain.unfolded import Unfolded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet

type Values = dict[str, object]
type _Pair = tuple[Step | None, Step | None]
type Judge = Callable[[Line, Mapping[int, Step], AbstractSet[int]], Line]
type Seen = tuple[tuple[int, str, str, str | None], ...]
"""Steps as they stood in plan.json: our number, text, status, activeForm."""

PLAN_KEY = "plan"
_PLAN_FIELDS = (*OWN_FIELDS, *QUIET_PLAN_FIELDS)

_own = attrgetter(*FIELDS)

QUIET_STAMPS = frozenset({"stamp_by", "stamp_at", *QUIET_PLAN_FIELDS})
"""What mirrors plan.json's own times and authors: a change of these alone is no revision."""


class Delta(msgspec.Struct, frozen=True):
    """What changed: by step number (as text, or ``plan``) the new and old values, and moves of order.

    A new step has ``was`` None, a removed one ``set`` None; ``moved`` holds (number, the step it now
    follows or None for the front), to be applied one after the other.
    """

    set: dict[str, Values | None] = {}
    was: dict[str, Values | None] = {}
    moved: tuple[tuple[int, int | None], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.set or self.moved)


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One revision, as the journal records it.

    ``at`` is ms; ``core`` and ``was_core`` are sha256 of plan.json's bytes after and before.
    """

    rev: Revision
    at: Moment
    by: str
    verb: str
    step: Number | None = None
    set: dict[str, Values | None] = {}
    was: dict[str, Values | None] = {}
    moved: tuple[tuple[int, int | None], ...] = ()
    note: str = ""
    key: str | None = None
    body: str | None = None
    """sha256 of the keyed request, so that the same key with another body is refused."""
    was_core: str | None = None
    core: str | None = None
    seen: Seen | None = None
    """What an adoption found in plan.json, where it must be rewritten: a peer may start from that again."""
    kept: tuple[Number, ...] = ()
    """Steps in which our version stood against a peer that wrote from an older reading (an adoption)."""
    sig: str | None = None
    """A person's signature, where the line opens what only a person may open (see sealing)."""
    forged: tuple[Number, ...] = ()
    """Steps of which the line claims what nobody signed; found out on reading, never in a file."""

    def touches(self) -> tuple[int, ...]:
        """List the steps this line says anything of, removed ones included."""
        return tuple(sorted({*self.named(), *(number for number, _ in self.moved)}))

    def named(self) -> list[int]:
        """List the steps that have new values, in the order of the line."""
        return [int(key) for key in self.set if key != PLAN_KEY]


def line_of(delta: Delta, *, rev: int, at: int, by: str, verb: str, step: int | None = None) -> Line:
    """Record a difference as a revision; the step is filled in when only one is named."""
    named = [int(key) for key in delta.set if key != PLAN_KEY]
    only = named[0] if len(named) == 1 else None
    return Line(
        rev=rev,
        at=at,
        by=by,
        verb=verb,
        step=step if step is not None else only,
        set=delta.set,
        was=delta.was,
        moved=delta.moved,
    )


def diff(before: Plan, after: Plan, *, moved: int | None = None) -> Delta:
    """Say what turns one plan into the other; bookkeeping (revisions, stamps of the fold) is left out.

    ``moved`` is the step that was meant, where an order can come about in more than one way.
    """
    pairs = [(was, now) for was, now in zip(before.steps, after.steps, strict=False) if was is not now]
    same = len(before.steps) == len(after.steps) and all(was.number == now.number for was, now in pairs)
    if same:
        return _delta(before, after, pairs)
    known = {step.number: step for step in before.steps}
    order = [step.number for step in after.steps]
    present = set(order)
    gone = [(known[number], None) for number in known.keys() - present]
    kept = [number for number in known if number in present]
    added = [number for number in order if number not in known]
    moved_so = moves([*kept, *added], order, likely=moved)
    return _delta(before, after, [*((known.get(s.number), s) for s in after.steps), *gone], moved=moved_so)


def fold(plan: Plan, line: Line) -> Plan:
    """Give the plan after one more line; unknown keys of a newer version are carried along."""
    return fold_all(plan, (line,))


def fold_all(plan: Plan, lines: Iterable[Line], judge: Judge | None = None) -> Plan:
    """Give the plan after many lines, in time linear in what they change.

    A ``judge`` gives each line as far as it may be believed, told the steps and removed numbers before it.
    """
    steps = Unfolded(plan)
    own: Values = {}
    beyond = plan.beyond
    last: Line | None = None
    next_number = plan.next_number
    for written in lines:
        last = line = written if judge is None else judge(written, steps, steps.removed)
        next_number = max(next_number, *(number + 1 for number in line.named()), 1)
        values = line.set.get(PLAN_KEY) or {}
        own |= _own_values(values, line.rev)
        beyond = beyond | {name: value for name, value in values.items() if name not in _PLAN_FIELDS}
        for number in line.named():
            _fold_step(steps, number, line)
        for number, after in line.moved:
            place(steps.order, number, after)
            if str(number) not in line.set:
                steps.put(_stamped(steps[number], line, touched=True))
    if last is None:
        return plan
    folded = msgspec.structs.replace(
        plan,
        **own,
        beyond=beyond,
        revision=last.rev,
        updated_at=last.at,
        updated_by=last.by,
        steps=steps.folded(),
        removed=tuple(sorted(steps.removed)),
        next_number=next_number,
    )
    return folded.placed_as(plan) if steps.stay else folded


def _delta(before: Plan, after: Plan, pairs: Iterable[_Pair], *, moved: Moves = ()) -> Delta:
    """Say what differs in pairs of what a step was and what it is; None: it was not, or is not."""
    new: dict[str, Values | None] = {}
    old: dict[str, Values | None] = {}
    for was, now in pairs:
        if was is None and now is not None:
            new[str(now.number)], old[str(now.number)] = field_values(now), None
        elif was is not None and now is None:
            new[str(was.number)], old[str(was.number)] = None, field_values(was)
        elif was is not None and now is not None and was is not now and not is_same_step(was, now):
            new[str(now.number)], old[str(now.number)] = _step_changes(was, now)
    new[PLAN_KEY], old[PLAN_KEY] = _plan_changes(before, after)
    changed = {key: values for key, values in new.items() if values != {}}
    return Delta(changed, {key: old[key] for key in changed}, moved)


def _step_changes(was: Step, now: Step) -> tuple[Values, Values]:
    pairs = zip(FIELDS, _own(was), _own(now), strict=True)
    changed = [(name, old, new) for name, old, new in pairs if old is not new and _differ(old, new)]
    new = {name: msgspec.to_builtins(value) for name, _, value in changed}
    old = {name: msgspec.to_builtins(value) for name, value, _ in changed}
    if not is_same(was.beyond, now.beyond):
        new |= now.beyond
        old |= was.beyond
    return new, old


def _differ(old: object, new: object) -> bool:
    return old != new or (isinstance(old, dict) and not is_same(old, new))


def _plan_changes(before: Plan, after: Plan) -> tuple[Values, Values]:
    names = [name for name in _PLAN_FIELDS if getattr(before, name) != getattr(after, name)]
    return (
        {name: msgspec.to_builtins(getattr(after, name)) for name in names},
        {name: msgspec.to_builtins(getattr(before, name)) for name in names},
    )


def _own_values(values: Values, rev: int) -> Values:
    own = {name: value for name, value in values.items() if name in _PLAN_FIELDS}
    read = msgspec.convert(own, OwnValues)  # a line that is whole may still say what no plan can be
    own = {name: getattr(read, name) for name in own}
    if any(name in OWN_FIELDS for name in own):
        own["own_revision"] = rev
    return own


def _fold_step(steps: Unfolded, number: int, line: Line) -> None:
    values = line.set[str(number)]
    if values is None:
        steps.drop(number)
        return
    before = steps.get(number)
    if before is None:
        before = Step(number=number, title="")
    touched = line.was.get(str(number)) is None or not values.keys() <= QUIET_FIELDS
    moved = any(number == other for other, _ in line.moved)
    after = with_values(before, values)
    if values.get("decision") is not None and after.decision is not None:
        after = msgspec.structs.replace(
            after, decision=msgspec.structs.replace(after.decision, sig=line.sig or "")
        )
    steps.put(_stamped(after, line, touched=touched or moved))


def _stamped(step: Step, line: Line, *, touched: bool) -> Step:
    revision = line.rev if touched else step.revision
    return msgspec.structs.replace(step, revision=revision, updated_by=line.by, updated_at=line.at)
