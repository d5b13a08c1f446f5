"""One change of a plan, from the caller's edit to the answer, while we hold the plan's board lock.

The whole story, and where each part is told:

1. The store takes the board lock: of all our processes only this one writes (plan_store.py, board_lock.py).
2. It catches up: lines that others of us appended are read, and what a peer did to plan.json becomes a
   revision of its own (held_plan.py, adoption.py). A damaged journal or file is refused here (trust.py).
3. A key that was used before gets its first result again (``repeated``).
4. The expected revision is checked, and the edit runs on the newest plan.
5. Peers see nothing of it (notes, comments, needs …)? Then the line is appended, and that is all.
6. Else the peers' lock is taken, and plan.json is looked at once more: a peer may have written since 2. Its
   change is adopted, and 4 is done again on top of it (plan_file.py, peer_locking.py).
7. The line is appended and flushed (journal.py). **This is the commit.** Whatever fails before it refuses
   the edit and leaves everything as it was. Whatever fails after it makes plan.json ``late``: the change
   stands, the caller is told, and the next change or the worker writes plan.json.
8. plan.json is drafted beside the old one and renamed over it; a peer that was faster is adopted, and
   plan.json is written again (atomic_write.py).
9. The locks are given back, plan.json's first.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from plans.domain import expected, revision
from plans.domain.errors import Busy, KeyReused, StorageFailed
from plans.domain.verbs.planning import check_undisturbed
from plans.store import disk, journal, peer_locking
from plans.store.catching_up import history
from plans.store.orders import Changed, Guard, Order
from plans.store.seals import signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from plans.domain.plan import Plan
    from plans.store.held_plan import HeldPlan

    type Edit = Callable[[Plan], Plan]

HOLD_LIMIT = 2.0
"""Seconds an edit may hold the peers' lock before its commit; then it gives up, far below their limits."""


class _Prepared(NamedTuple):
    """An edit that was checked and run, not yet written."""

    delta: revision.Delta
    data: bytes | None = None
    """plan.json's new bytes, where it has to change."""


def repeated(held: HeldPlan, order: Order) -> Changed | None:
    """Find the first result of a key that was used before; raises KeyReused for another request."""
    if held.known is None or order.key is None:
        return None
    used = held.known.keys.get((str(order.by), order.verb, order.key))
    if used is None:
        return None
    if used.body != (order.body or ""):
        raise KeyReused(order.key)
    journal.settle(held.folder)  # a line of ours takes the others along; here none is written
    line = next(history(held.folder, held.known, after=used.rev - 1))
    held.roll_forward(wait=0)
    return Changed(plan=held.plan, line=line, repeated=True, late=held.file.late)


def change(held: HeldPlan, edit: Edit, order: Order) -> Changed:
    """Make an edit a revision; raises what the edit raises, StaleRevision, StorageFailed, Busy."""
    after = _edited(held, edit, order)
    if _peers_see(held, after):
        return _change_openly(held, edit, order, after=after)
    return _change_quietly(held, after, order)


def _change_quietly(held: HeldPlan, after: Plan, order: Order) -> Changed:
    """Make an edit a revision that peers need not see."""
    if order.key is None and revision.diff(held.plan, after).is_empty:
        journal.settle(held.folder)
        return Changed(plan=held.plan)
    line = _commit(held, _Prepared(_delta(held, after)), order)
    changed = Changed(plan=held.plan, line=line)
    held.roll_forward(wait=0)  # what stands in the way of an earlier change is not this one's to report
    return changed


def _change_openly(held: HeldPlan, edit: Edit, order: Order, *, after: Plan) -> Changed:
    """Make an edit a revision and let plan.json say so; where a peer wrote since, the edit runs again."""
    before = held.plan
    prepared = _prepared(held, after, order)
    with held.file.locked(wait=peer_locking.PEER_WAIT) as taken:
        held.adopt_if_changed()
        _write_what_is_behind(held)
        if held.plan is not before:
            prepared = _prepared(held, _edited(held, edit, order), order)
        _refuse_overlong_hold(held, taken)
        if prepared.data is None and prepared.delta.is_empty and order.key is None:
            journal.settle(held.folder)  # a peer made the same change meanwhile
            return Changed(plan=held.plan)
        line = _commit(held, prepared, order)
        held.follow(prepared.data)
    return Changed(plan=held.plan, line=line, late=held.file.late)


def _write_what_is_behind(held: HeldPlan) -> None:
    """Write an earlier change into plan.json first: one file cannot be late by two."""
    if not held.standing.behind:
        return
    held.rewrite()
    if held.file.late:
        raise StorageFailed(f"plan.json cannot be written: {held.file.late}")


def _edited(held: HeldPlan, edit: Edit, order: Order) -> Plan:
    before = held.plan
    _check_expected(held, before, order)
    after = edit(before)
    if order.by.is_session and after.removed != before.removed:
        held.check_removable({*after.removed} - {*before.removed})
    return after


def refuse_stale(held: HeldPlan, order: Order) -> None:
    """Raise StaleRevision or RevisionRequired where the caller has not seen what is done away with."""
    _check_expected(held, held.plan, order)


def _check_expected(held: HeldPlan, plan: Plan, order: Order) -> None:
    if order.guard is Guard.PEOPLE:
        check_undisturbed(plan, order.expected, _since(held, order.expected), verb=order.verb)
        return
    try:
        if order.guard is Guard.OWN:
            expected.check_own(plan, order.expected, verb=order.verb)
            return
        step = order.step if order.guard is not Guard.PLAN else None
        required = order.guard is not Guard.NONE
        expected.check_expected(plan, order.expected, verb=order.verb, step=step, required=required)
    except expected.StaleRevision as stale:
        raise expected.explained(stale, _since(held, stale.expected)) from None


def _since(held: HeldPlan, seen: int | None) -> list[revision.Line]:
    return list(history(held.folder, held.known, after=max(seen or 0, 0)))


def _peers_see(held: HeldPlan, after: Plan) -> bool:
    """Tell whether plan.json has to change; one that is gone or emptied is written anew in any case."""
    if held.known is None or held.standing.problem is not None:
        return True
    return held.core_differs(held.plan, after)


def _prepared(held: HeldPlan, after: Plan, order: Order) -> _Prepared:
    """Sign what peers will see; after an adoption it may turn out that there is nothing to see."""
    if not _peers_see(held, after):
        return _Prepared(_delta(held, after))
    signed, data = held.stamped(held.plan, after, order.by)
    return _Prepared(revision.diff(held.recorded, signed, moved=order.step), data)


def _delta(held: HeldPlan, after: Plan) -> revision.Delta:
    return revision.diff(held.recorded, after)


def _refuse_overlong_hold(held: HeldPlan, taken: float) -> None:
    if time.monotonic() - taken > HOLD_LIMIT:
        locked = f"plan.json of {held.folder.namespace} was locked for over {HOLD_LIMIT:.0f} s"
        raise Busy(f"The disk is too slow: {locked}")


def _commit(held: HeldPlan, prepared: _Prepared, order: Order) -> revision.Line:
    """Append the line; from here on the change stands."""
    line = held.next_line(prepared.delta, by=order.by, verb=order.verb, step=order.step)
    line = replace(line, note=order.note, key=order.key, body=order.body if order.key else None)
    if prepared.data is not None:
        line = replace(line, was_core=held.file.disk.sha, core=disk.sha256(prepared.data))
    line = signed(line, held.recorded, epoch=held.epoch, seals=held.bench.sign)
    held.commit(line)
    return line
