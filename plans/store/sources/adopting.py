"""What another program did to its list, brought into the plan: a three-way comparison, field by field.

The rights of a step are those against any peer (peer_rights.py): a gate keeps its state, an open request
survives, and what must be reviewed is not finished by a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from plans.domain.actor import FILE, Actor, sole_author
from plans.domain.step import Flag, Step
from plans.store.formats.openclaw import CoreStep
from plans.store.matching import match, new_order
from plans.store.peer_rights import after_peer, new_step
from plans.store.sheet import Matching, encoded
from plans.store.sources.seeing import ID, Base, as_seen, key_of, wanted_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plans.domain.plan import Plan
    from plans.store.format import Format
    from plans.store.sheet import Item, Sheet


class Adopted(NamedTuple):
    """The plan with the other program's change, who made it, and whether its files must be written."""

    plan: Plan
    by: Actor
    behind: bool
    found: Base
    """What stands in the files, by our step numbers."""


def adopt(plan: Plan, base: Base, theirs: Sheet, *, form: Format, at: int) -> Adopted:
    """Take over what changed between ``base`` and ``theirs``; ``at`` is ms."""
    seen = as_seen(theirs, form)
    taken = _Taking(plan, base, form=form, at=at)
    numbers = _numbered(plan, base, theirs, form=form)
    for item, full, number in zip(seen.items, theirs.items, numbers, strict=True):
        taken.take(item, full, number)
    if not plan.revision:
        plan = replace(plan, title=theirs.title)  # what the list is called, until somebody names it here
    gone = taken.gone()
    kept = taken.steps.keys() - gone
    order = new_order(plan, list(base.items), taken.order, kept=kept)
    adopted = replace(
        plan.with_steps(_with_needs(taken, order, gone=gone)),
        removed=tuple(sorted({*plan.removed, *gone} - kept)),
        next_number=max(taken.next_number, theirs.next_number),
        **_own(base, seen, form),
    )
    behind = wanted_bytes(adopted, form) != encoded(seen)
    found = Base(taken.found, seen.title, seen.status)
    return Adopted(adopted, sole_author(taken.authors), behind, found)


class _Taking:
    """Going through the items of a list."""

    def __init__(self, plan: Plan, base: Base, *, form: Format, at: int) -> None:
        self.plan, self.was, self.form, self.at = plan, base.items, form, at
        self.steps = {step.number: step for step in plan.steps}
        self.order: list[int] = []
        self.now: dict[int, Item] = {}
        """The items of steps that are here, too, by our step numbers."""
        self.found: dict[int, Item] = {}
        """All items by our step numbers."""
        self.authors: set[str | None] = set()
        self.next_number = plan.next_number
        self._present: set[int] = set()

    def take(self, item: Item, full: Item, number: int | None) -> None:
        """Take over one item; ``full`` is it with what its files say but do not hold for us."""
        if number is not None and number in self.steps:
            self._changed(item, number)
        elif number is not None and self.was.get(number) == item:
            self._present.add(number)
            self.found[number] = item
            return  # removed here meanwhile, and not yet there
        else:
            number = self._added(full, number)
        self._present.add(number)
        self.order.append(number)
        self.now[number] = self.found[number] = item

    def gone(self) -> set[int]:
        """Find the steps whose items were removed; a gate or an asking step stays, flagged."""
        gone: set[int] = set()
        for number in (self.was.keys() & self.steps.keys()) - self._present:
            step = self.steps[number]
            if step.is_gate or step.asks:
                self.steps[number] = replace(step, flag=step.marked(Flag.REMOVED_BY_PEER))
            else:
                gone.add(number)
            self.authors.add(None)
        return gone

    def _added(self, item: Item, number: int | None) -> int:
        if number is None:
            number = self.next_number
        self.next_number = max(self.next_number, number + 1)
        step = new_step(self.plan, number, _core(item), at=self.at)
        step = replace(step, notes=item.notes, phase=item.phase, created_by=str(FILE))
        if self.form.matching is Matching.ID:
            step = replace(step, extra={**step.extra, ID: item.key})
        self.steps[number] = _owned(step, item.owner) if item.owner else step
        self.authors.add(None)
        return number

    def _changed(self, item: Item, number: int) -> None:
        step, was = self.steps[number], self.was.get(number, item)
        if was == item:
            return
        after = after_peer(self.plan, step, _core(item), was=_core(was), at=self.at)
        changed: dict[str, str] = {}
        if item.notes != was.notes:
            changed["notes"] = item.notes
        if item.phase != was.phase:
            changed["phase"] = item.phase
        after = replace(after, stamp_by=step.stamp_by, stamp_at=step.stamp_at, **changed)
        if item.owner != was.owner:
            after = _owned(after, item.owner)
        self.steps[number] = after
        if after != step:
            worked = item.status != was.status or item.active_form != was.active_form
            self.authors.add(item.owner if worked else None)


def _numbered(plan: Plan, base: Base, theirs: Sheet, *, form: Format) -> list[int | None]:
    """Give each item our number, None for a new one."""
    if form.matching is Matching.NUMBER:
        return [int(item.key) for item in theirs.items]
    if form.matching is Matching.ID:
        known = {key_of(step, form): step.number for step in plan.steps}
        return [known.get(item.key) for item in theirs.items]
    based = [(number, CoreStep(item.title, "")) for number, item in base.items.items()]
    return match(plan, based, [CoreStep(item.title, "") for item in theirs.items])


def _core(item: Item) -> CoreStep:
    """Say of an item what peers' rights are about; it signs nothing, and its owner is a field of its own."""
    return CoreStep(item.title, str(item.status), item.active_form)


def _owned(step: Step, owner: str | None) -> Step:
    """Let the file say whose step it is."""
    by = str(Actor("session", owner)) if owner else ""
    return replace(step, owner=owner, assigned_by=by, worker=None)


def _with_needs(taken: _Taking, order: list[int], *, gone: set[int]) -> list[Step]:
    """Add and take away the needs that the files added and took away; others of ours stay.

    So do needs of a step whose item was removed and may not be: it comes back.
    """
    stay = taken.was.keys() - taken.now.keys() - gone
    numbers = {item.key: number for items in (taken.was, taken.now) for number, item in items.items()}
    return [_needing(taken, number, numbers, stay=stay) for number in order]


def _needing(taken: _Taking, number: int, numbers: Mapping[str, int], *, stay: set[int]) -> Step:
    step, now, was = taken.steps[number], taken.now.get(number), taken.was.get(number)
    before = was.needs if was is not None else ()
    if now is None or now.needs == before:
        return step
    dropped = {numbers[key] for key in set(before) - set(now.needs)} - stay
    added = [numbers[key] for key in now.needs if key not in before]
    needs = tuple(dict.fromkeys([*(need for need in step.needs if need not in dropped), *added]))
    return step if needs == step.needs else replace(step, needs=needs)


def _own(base: Base, seen: Sheet, form: Format) -> dict[str, str]:
    """Take over what the list says of itself."""
    pairs = {"title": (base.title, seen.title), "status": (base.status, seen.status)}
    return {name: now for name, (was, now) in pairs.items() if name in form.own and was != now}
