"""How the journal and plan.json stand to each other: the same, behind, or changed by a peer."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from plans.domain.actor import Actor
from plans.domain.plan import Plan
from plans.domain.problem import Problem, Trouble
from plans.domain.revision import QUIET_STAMPS, Delta, Seen, diff, fold, line_of
from plans.store import disk as disks
from plans.store.adoption import adopt, adopt_restated
from plans.store.catching_up import history
from plans.store.formats.openclaw import Core, CoreStep, core_step
from plans.store.past import LINES, with_before_mark
from plans.store.stale import flagged, sift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.domain.revision import Line
    from plans.store.adoption import Adopted, Based
    from plans.store.disk import Disk
    from plans.store.known import Known
    from plans.store.paths import Folder


class Standing(Struct, frozen=True, kw_only=True):
    """What a look at both gave.

    ``plan`` holds a peer's change already; ``peer`` is its author when it is worth a revision (changed
    stamps alone are not). ``behind`` says that plan.json must be rewritten to say what ``plan`` says.
    """

    plan: Plan
    peer: Actor | None = None
    delta: Delta | None = None
    """What the peer's change is to the plan that was known; None where no plan was."""
    seen: Seen = ()
    kept: tuple[int, ...] = ()
    """Steps in which our version stands against a peer that wrote from an older reading."""
    behind: bool = False
    problem: Problem | None = None
    warnings: tuple[str, ...] = ()


def standing(folder: Folder, known: Known | Plan, disk: Disk, *, certain: bool, at: int) -> Standing:
    """Compare what is known (a blank plan before the first revision) with what stands on disk."""
    if isinstance(known, Plan):
        return first_look(known, disk, at=at)
    if known.damage is not None:
        problem = Problem(kind=Trouble.DAMAGED, message=str(known.damage))
        return Standing(plan=known.plan, problem=problem)
    mark = known.mark
    if not certain and disk.sha not in (mark.before, mark.after) and not (known.before_mark or mark.seen):
        known = with_before_mark(folder, known)
    lines = _last_lines(folder, known) if certain and disk.sha not in (None, mark.after) else ()
    return compare(known, disk, certain=certain, at=at, lines=lines)


def compare(known: Known, disk: Disk, *, certain: bool, at: int, lines: Sequence[Line] = ()) -> Standing:
    """Compare; ``certain`` means that our last rewrite of plan.json is known to have ended.

    By the last ``lines`` a file is recognised that was written from an older reading.
    """
    mark = known.mark
    if disk.problem is None and disk.sha == mark.after:
        return Standing(plan=known.plan)
    if not certain and disk.problem is None and disk.sha == mark.before:
        return Standing(plan=known.plan, behind=True)
    read = disks.parse(disk, known.plan.namespace)
    if isinstance(read, Problem):
        return Standing(plan=known.plan, problem=read)
    written, warnings = read
    sifted = sift(known.plan, written, lines)
    theirs = sifted.theirs
    adopted = adopt_restated(known.plan, theirs, at=at) if certain else None
    if adopted is None:
        base = _base(known, theirs, certain=certain)
        if base and not theirs.steps:
            message = f"plan.json of {known.plan.namespace} has become empty; it held {len(base)} steps"
            return Standing(plan=known.plan, problem=Problem(kind=Trouble.EMPTIED, message=message))
        adopted = adopt(known.plan, base, theirs, at=at)
    plan = flagged(adopted.plan, known.plan, sifted)
    delta = diff(known.plan, plan)
    behind = adopted.behind or bool(sifted.kept)
    return Standing(
        plan=plan,
        peer=adopted.by if sifted.kept or worth_a_revision(delta) else None,
        delta=delta,
        seen=_seen(adopted, sifted.found) if behind else (),
        kept=sifted.kept,
        behind=behind,
        warnings=warnings,
    )


def first_look(plan: Plan, disk: Disk, *, at: int) -> Standing:
    """Take over a plan.json that has no journal yet."""
    read = disks.parse(disk, plan.namespace)
    if isinstance(read, Problem):
        return Standing(plan=plan, problem=read)
    theirs, warnings = read
    adopted = adopt(plan, (), theirs, at=at)
    return Standing(
        plan=adopted.plan,
        peer=adopted.by,
        seen=_seen(adopted, theirs.steps),
        behind=adopted.behind,
        warnings=warnings,
    )


def as_shown(known: Known | None, standing: Standing, *, blank: Plan, at: int) -> Plan:
    """Give the plan with a peer's change as the revision it is going to be."""
    if standing.peer is None:
        return standing.plan
    before = known.plan if known is not None else blank
    delta = standing.delta or diff(before, standing.plan)
    return fold(before, line_of(delta, rev=before.revision + 1, at=at, by=str(standing.peer), verb="adopt"))


def worth_a_revision(delta: Delta) -> bool:
    """Tell whether more than stamps changed."""
    stamps = all(values is not None and values.keys() <= QUIET_STAMPS for values in delta.set.values())
    return bool(delta.moved) or not stamps


def _base(known: Known, theirs: Core, *, certain: bool) -> Based:
    """Say what a peer's write is compared with: what stood in plan.json before it.

    When our last rewrite may or may not have happened, that is whichever of the two is nearer; in doubt
    the older one, against which nothing of ours can look undone.
    """
    new = _as_base(known.plan)
    if certain:
        return new
    old = _before_mark(known)
    return new if _distance(new, theirs) < _distance(old, theirs) else old


def _before_mark(known: Known) -> Based:
    seen = known.mark.seen
    if seen is not None:
        return tuple((number, CoreStep(text, status, active)) for number, text, status, active in seen)
    return _as_base(known.before_mark or known.plan)


def _last_lines(folder: Folder, known: Known) -> Sequence[Line]:
    return list(history(folder, known, after=max(known.plan.revision - LINES, 0)))


def _seen(adopted: Adopted, found: Sequence[CoreStep | None]) -> Seen:
    """Say what was ``found`` in plan.json for each step that was adopted; None: it was not there."""
    return tuple(
        (number, core.text, core.status, core.active_form)
        for number, core in zip(adopted.numbers, found, strict=True)
        if core is not None
    )


def _as_base(plan: Plan) -> Based:
    return tuple((step.number, core_step(step)) for step in plan.steps)


def _distance(base: Based, theirs: Core) -> int:
    """Count the steps that only one of them has as they are, and a change of order as one more."""
    ours = [(step.text, step.status, step.active_form) for _, step in base]
    found = [(step.text, step.status, step.active_form) for step in theirs.steps]
    counted, others = Counter(ours), Counter(found)
    both = counted & others
    moved = [step for step in ours if step in both] != [step for step in found if step in both]
    return ((counted - others) + (others - counted)).total() + moved
