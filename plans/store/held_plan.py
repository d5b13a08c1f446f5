"""A plan while we hold its board lock: catching up, adopting, committing, rolling plan.json forward."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from plans.domain import revision
from plans.domain.actor import FILE
from plans.domain.errors import Busy, KeyReused, PlanError, StaleRevision, StorageFailed
from plans.store import comparing, disk, journal, lock, snapshot
from plans.store.atomic_write import Overtaken, replace_file
from plans.store.disk import Disk
from plans.store.known import as_snapshot, begun, history, read_known, with_line
from plans.store.orders import Changed, Guard, Order
from plans.store.paths import PLAN, Folder
from plans.store.trust import refuse_damage
from plans.store.writer_mark import WriterMark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.domain.plan import Plan
    from plans.store.comparing import Standing
    from plans.store.known import Known

HOLD_LIMIT = 2.0
"""Seconds an edit may hold the peers' lock before its commit; then it gives up, far below their limits."""
_ROLL_TRIES = 3


class _Prepared(NamedTuple):
    """An edit that was checked and run, not yet written."""

    delta: revision.Delta
    data: bytes | None = None
    """plan.json's new bytes, where it has to change."""


class HeldPlan:
    """One plan's files under our lock; made for one change and thrown away."""

    def __init__(
        self, folder: Folder, known: Known | None, seen: Disk | None, *, blank: Plan, clock: Callable[[], int]
    ) -> None:
        """Start from what the process knew; ``blank`` is the plan before its first revision."""
        self.folder, self.known, self.disk = folder, known, seen or Disk()
        self.late = ""
        self._blank, self._clock = blank, clock
        self._mark = WriterMark(folder)
        self._certain = self._mark.at_rest
        self._standing: Standing | None = None

    def catch_up(self) -> None:
        """Learn what others wrote, and make a peer's change a revision."""
        self._mark.clear_leftovers()
        self.known = read_known(self.folder, self.known)
        self._standing = None
        self._look()
        if self.known is not None and self.disk.sha == self.known.mark.after:
            self._certain = True
        if self.standing.peer is not None and self.standing.problem is None:
            self._adopt()

    def rest(self) -> None:
        """Leave the word that plan.json says what the journal says, if it does."""
        if self._certain:
            self._mark.rest()

    @property
    def standing(self) -> Standing:
        if self._standing is None:
            self._standing = comparing.standing(
                self.folder, self.known or self._blank, self.disk, certain=self._certain, at=self._clock()
            )
        return self._standing

    @property
    def plan(self) -> Plan:
        """The newest plan, with stamps of a peer that made no revision."""
        return self.standing.plan

    def repeated(self, order: Order) -> Changed | None:
        """Find the first result of a key that was used before; raises KeyReused for another request."""
        used = self.known.keys.get((str(order.by), order.verb, order.key or "")) if self.known else None
        if used is None or order.key is None:
            return None
        if used.body != (order.body or ""):
            raise KeyReused(order.key)
        journal.settle(self.folder)  # a line of ours takes the others along; here none is written
        lines = history(self.folder, self.known, after=used.rev - 1)
        self.roll_forward(wait=0)
        return Changed(plan=self.plan, line=lines[0], repeated=True, late=self.late)

    def change(self, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        """Make an edit a revision; raises what the edit raises, StaleRevision, StorageFailed, Busy."""
        after = self._edited(edit, order)
        if not self._is_core(after):
            return self._change_quietly(after, order)
        with self._peers_locked(lock.PEER_WAIT) as started:
            self._adopt_if_changed()
            if self.standing.behind:
                self._rewrite()
                self._refuse_while_late()
            prepared = self._prepared(self._edited(edit, order), order)
            self._refuse_overlong_hold(started)
            if prepared.data is None and prepared.delta.is_empty and order.key is None:
                return Changed(plan=self.plan)  # a peer made the same change meanwhile
            changed = self._written(prepared, order)
            self._follow(prepared.data)
        return replace(changed, plan=self.plan, late=self.late)

    def _change_quietly(self, after: Plan, order: Order) -> Changed:
        """Make an edit a revision that peers need not see."""
        if order.key is None and revision.diff(self.plan, after).is_empty:
            journal.settle(self.folder)
            return Changed(plan=self.plan)
        changed = self._written(_Prepared(self._delta(after)), order)
        self.roll_forward(wait=0)
        return changed

    def roll_forward(self, *, wait: float) -> None:
        """Let plan.json say what the journal says, if it does not; ``late`` tells what stands in the way."""
        if not self.standing.behind:
            return
        try:
            with self._peers_locked(wait):
                self._adopt_if_changed()
                self._rewrite()
        except PlanError as refused:
            self.late = refused.message

    def _follow(self, ready: bytes | None) -> None:
        """Rewrite plan.json after a commit: the change stands, whatever happens now."""
        try:
            self._rewrite(ready)
        except PlanError as refused:
            self.late = refused.message

    # One revision

    def _edited(self, edit: Callable[[Plan], Plan], order: Order) -> Plan:
        before = self.plan
        self._check_expected(before, order)
        return edit(before)

    def _is_core(self, after: Plan) -> bool:
        """Tell whether plan.json has to change; one that is gone or emptied is written anew in any case."""
        if self.known is None or self.standing.problem is not None:
            return True
        return comparing.core_differs(self.plan, after)

    def _prepared(self, after: Plan, order: Order) -> _Prepared:
        """Sign what peers will see; after an adoption it may turn out that there is nothing to see."""
        if not self._is_core(after):
            return _Prepared(self._delta(after))
        signed, data = comparing.stamped(self.plan, after, order.by, at=self._clock())
        return _Prepared(self._delta(signed), data)

    def _delta(self, after: Plan) -> revision.Delta:
        return revision.diff(self.known.plan if self.known is not None else self._blank, after)

    def _check_expected(self, plan: Plan, order: Order) -> None:
        try:
            if order.guard is Guard.OWN:
                revision.check_own(plan, order.expected, verb=order.verb)
                return
            step = order.step if order.guard is not Guard.PLAN else None
            required = order.guard is not Guard.NONE
            revision.check_expected(plan, order.expected, verb=order.verb, step=step, required=required)
        except StaleRevision as stale:
            lines = history(self.folder, self.known, after=max(stale.expected, 0))
            raise revision.explained(stale, lines) from None

    def _written(self, prepared: _Prepared, order: Order) -> Changed:
        """Append the line; from here on the change stands."""
        line = revision.line_of(
            prepared.delta,
            rev=self._next_revision,
            at=self._clock(),
            by=str(order.by),
            verb=order.verb,
            step=order.step,
        )
        line = replace(line, note=order.note, key=order.key, body=order.body if order.key else None)
        if prepared.data is not None:
            line = replace(line, was_core=self.disk.sha, core=disk.sha256(prepared.data))
        self._append(line)
        self._certain = self._certain and prepared.data is None
        return Changed(plan=self.plan, line=line)

    def _adopt(self) -> None:
        """Make a peer's change a revision of its own."""
        standing = self.standing
        if standing.behind and self._mark.at_rest:
            self._mark.write(lock.new_token(self._clock()))
        recorded = self.known.plan if self.known is not None else self._blank
        line = revision.line_of(
            revision.diff(recorded, standing.plan),
            rev=self._next_revision,
            at=self._clock(),
            by=str(standing.peer or FILE),
            verb="adopt",
        )
        core = disk.sha256(comparing.plan_bytes(standing.plan)) if standing.behind else self.disk.sha
        seen = standing.seen if standing.behind else None
        self._append(replace(line, was_core=self.disk.sha, core=core, seen=seen))
        self._certain = not standing.behind

    @property
    def _next_revision(self) -> int:
        return (self.known.plan.revision if self.known is not None else 0) + 1

    def _append(self, line: revision.Line) -> None:
        data = journal.encode_line(line)
        if self.known is None:
            self.known = begun(self.folder, data, self._blank)
        else:
            journal.append(self.folder, data, at=self.known.size)
            self.known = with_line(self.known, line, data)
        self._standing = None
        if line.rev % snapshot.EVERY == 0:
            snapshot.save(self.folder, as_snapshot(self.known, now=self._clock()))

    # plan.json

    def _look(self) -> bool:
        """Look at plan.json; tells whether it is another one than we knew."""
        found = disk.look(self.folder, self.disk)
        changed = (found.sha, found.problem) != (self.disk.sha, self.disk.problem)
        self.disk = found
        if changed:
            self._standing = None
        return changed

    def _adopt_if_changed(self) -> None:
        """Look again under the peers' lock, and take in what a peer wrote since."""
        if not self._look():
            return
        refuse_damage(self.folder.namespace, self.known, self.standing)
        if self.standing.peer is not None:
            self._adopt()

    def _rewrite(self, ready: bytes | None = None) -> None:
        """Write plan.json; a peer that was faster is adopted first. Needs the peers' lock."""
        for _ in range(_ROLL_TRIES):
            data = ready or comparing.plan_bytes(self.plan)
            try:
                facts = replace_file(self.folder, PLAN, data, may_replace=self._may_replace)
            except Overtaken:
                self._adopt_if_changed()
                ready = None
                continue
            except StorageFailed as refused:
                self.late = refused.message
                return
            self.disk = Disk(key=disk.stat_key(facts), sha=disk.sha256(data), data=data)
            self.late, self._certain, self._standing = "", True, None
            return
        self.late = "Another program keeps rewriting plan.json"

    def _may_replace(self) -> bool:
        facts = self.folder.stat(PLAN)
        key = disk.stat_key(facts) if facts is not None else None
        return key == self.disk.key and lock.is_ours(self.folder, self._mark.token)

    @contextmanager
    def _peers_locked(self, wait: float) -> Iterator[float]:
        """Hold the peers' lock under our mark; yields when it was taken, on the monotonic clock."""
        token = lock.new_token(self._clock())
        self._mark.write(token)
        with lock.peer_lock(self.folder, token, wait=wait):
            yield time.monotonic()

    def _refuse_overlong_hold(self, started: float) -> None:
        if time.monotonic() - started > HOLD_LIMIT:
            raise Busy(f"The disk is too slow: plan.json of {self.folder.namespace} was locked for 2 s")

    def _refuse_while_late(self) -> None:
        if self.late:
            raise StorageFailed(f"plan.json cannot be written: {self.late}")
