"""A plan while we hold its board lock: its journal and its plan.json, brought to say the same.

Three things may have happened since we last looked, and ``catch_up`` and ``roll_forward`` deal with all of
them, whoever died in the middle: others of us appended lines (read them), a peer rewrote plan.json (make
that a revision of its own), a line of ours was not written into plan.json yet (write it).
"""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from plans.domain import revision
from plans.domain.actor import FILE
from plans.domain.errors import PlanError, StorageFailed
from plans.domain.verbs import planning, shaping
from plans.store import comparing, disk, journal, projection, snapshot
from plans.store.atomic_write import Overtaken
from plans.store.catching_up import begun, history, new_epoch, read_known
from plans.store.known import as_snapshot, with_line
from plans.store.trust import refuse_damage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.store.comparing import Standing
    from plans.store.kept_file import KeptFile
    from plans.store.known import Known
    from plans.store.paths import Folder
    from plans.store.seals import Judge, Seals

_REWRITE_TRIES = 3


class Bench(NamedTuple):
    """Who signs what people decide, and who judges what stands in the journal; None: nobody."""

    sign: Seals | None = None
    judge: Judge | None = None


NOBODY = Bench()


class HeldPlan:
    """One plan's files under our lock; made for one change and thrown away."""

    never_still = "Another program keeps rewriting plan.json"
    """Why our writing is late where somebody is faster each time."""

    def __init__(
        self, folder: Folder, known: Known | None, file: KeptFile, *, blank: Plan, bench: Bench = NOBODY
    ) -> None:
        """Start from what the process knew; ``blank`` is the plan before its first revision."""
        self.folder, self.known, self.file = folder, known, file
        self.bench = bench
        self.clock = file.clock
        self._blank = blank
        self._standing: Standing | None = None

    @cached_property
    def _new_epoch(self) -> str:
        return new_epoch()

    @property
    def recorded(self) -> Plan:
        """The plan as the journal has it."""
        return self.known.plan if self.known is not None else self._blank

    @property
    def epoch(self) -> str:
        """The name of this plan's history, or of the one that is about to begin."""
        return self.known.plan.epoch if self.known is not None else self._new_epoch

    @property
    def standing(self) -> Standing:
        """How journal and plan.json stand to each other; compared anew when one of them changed."""
        if self._standing is None:
            self._standing = self._compared()
        return self._standing

    @property
    def plan(self) -> Plan:
        """The newest plan, with stamps of a peer that made no revision."""
        return self.standing.plan

    @property
    def is_nothing(self) -> bool:
        """Whether there is neither a journal nor a plan.json."""
        return self.known is None and self.file.disk.key is None

    # What peers see

    def _compared(self) -> Standing:
        """Compare journal and plan.json."""
        known, seen = self.known or self._blank, self.file.disk
        return comparing.standing(self.folder, known, seen, certain=self.file.certain, at=self.clock())

    def plan_bytes(self, plan: Plan) -> bytes:
        """Give plan.json's bytes for a plan."""
        return projection.plan_bytes(plan)

    def core_differs(self, before: Plan, after: Plan) -> bool:
        """Tell whether a change shows to peers at all."""
        return projection.core_differs(before, after)

    def stamped(self, before: Plan, after: Plan, by: Actor) -> tuple[Plan, bytes]:
        """Give the plan with what a writer adds to it for peers, and plan.json's bytes. Raises TooLarge."""
        return projection.stamped(before, after, by, at=self.clock())

    def check_deletable(self, *, by: Actor, epoch: str | None) -> None:
        """Refuse who may not delete the plan; raises Unreadable where nobody can tell what people decided."""
        planning.check_deletable(self.recorded, by=by, epoch=epoch)
        if by.is_person:
            return
        if self.known is not None and self.known.damage is not None:
            refuse_damage(self.folder.namespace, self.known, self.standing)
        planning.check_undecided(history(self.folder, self.known, after=0))

    def check_removable(self, numbers: Collection[int]) -> None:
        """Refuse a session to take out steps that a person ever decided."""
        shaping.check_undecided(history(self.folder, self.known, after=0), numbers)

    # Learning what others did

    def catch_up(self) -> None:
        """Learn what others wrote, and make a peer's change a revision."""
        self.known = read_known(self.folder, self.known, self.bench.judge)
        self.file.clear_leftovers(self.known.mark.before if self.known is not None else None)
        self.file.look()
        self._standing = None
        if self.known is not None and self.file.disk.sha == self.known.mark.after:
            self.file.certain = True
        if self.standing.peer is not None and self.standing.problem is None:
            self._adopt()

    def adopt_if_changed(self) -> None:
        """Look again under the peers' lock, and take in what a peer wrote since. Raises Unreadable."""
        if not self.file.look():
            return
        self._standing = None
        refuse_damage(self.folder.namespace, self.known, self.standing)
        if self.standing.peer is not None:
            self._adopt()

    def _adopt(self) -> None:
        """Make a peer's change a revision of its own."""
        standing = self.standing
        core, seen = self.file.disk.sha, None
        if standing.behind:  # a peer did what it may not, or a change of ours was not in its file yet
            self.file.announce_rewrite()
            core, seen = disk.sha256(self.plan_bytes(standing.plan)), standing.seen
        delta = standing.delta or revision.diff(self.recorded, standing.plan)
        line = self.next_line(delta, by=standing.peer or FILE, verb="adopt")
        line = replace(line, was_core=self.file.disk.sha, core=core, seen=seen, kept=standing.kept)
        # Until plan.json is rewritten the peer's own file has it all: a lost line would be made again.
        self.commit(line, write=journal.append if standing.behind else journal.note)

    # Writing the journal

    def next_line(
        self, delta: revision.Delta, *, by: Actor, verb: str, step: int | None = None
    ) -> revision.Line:
        """Describe a change as the next revision."""
        return revision.line_of(
            delta, rev=self.recorded.revision + 1, at=self.clock(), by=str(by), verb=verb, step=step
        )

    def commit(self, line: revision.Line, *, write: Callable[..., int] | None = None) -> None:
        """Append a line and wait for the disk: from here on its change stands. Raises StorageFailed."""
        data = journal.encode_line(line)
        if self.known is None:
            blank = replace(self._blank, created_by=str(FILE)) if line.verb == "adopt" else self._blank
            self.known = begun(self.folder, data, blank, epoch=self._new_epoch, judge=self.bench.judge)
        else:
            (write or journal.append)(self.folder, data, at=self.known.size)
            self.known = with_line(self.known, line, data)
        if line.core is not None:
            self.file.certain = line.core == self.file.disk.sha
        self._standing = None
        if line.rev % snapshot.EVERY == 0:
            self._save(self.known)

    def _save(self, known: Known) -> None:
        """Keep what is known: the line stands, so whatever fails here is no failure of its change."""
        with suppress(StorageFailed):
            journal.settle(self.folder)  # a snapshot must never know more than the journal
            snapshot.save(self.folder, as_snapshot(known, now=self.clock()))

    # Writing plan.json

    def roll_forward(self, *, wait: float) -> None:
        """Let plan.json say what the journal says, if it does not; ``file.late`` tells what is in the way.

        ``wait`` is how long a peer may hold its lock, s.
        """
        if not self.standing.behind:
            return
        try:
            with self.file.locked(wait=wait):
                self.adopt_if_changed()
                self.rewrite()
        except PlanError as refused:
            self.file.late = refused.message

    def follow(self, ready: bytes | None) -> None:
        """Rewrite plan.json after a commit: the change stands, whatever happens now."""
        try:
            self.rewrite(ready)
        except PlanError as refused:
            self.file.late = refused.message

    def rewrite(self, ready: bytes | None = None) -> None:
        """Write plan.json; a peer that was faster is adopted first. Needs the peers' lock.

        ``ready`` are the bytes, where they were made before. Raises what an adoption raises.
        """
        for _ in range(_REWRITE_TRIES):
            try:
                self.file.replace(ready or self.plan_bytes(self.plan))
            except Overtaken:
                self.learn()
                ready = None
            else:
                self._standing = None
                return
        self.file.late = self.never_still

    def learn(self) -> None:
        """Take in what was written while we were about to write."""
        self.adopt_if_changed()
