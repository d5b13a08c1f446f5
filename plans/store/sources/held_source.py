"""A source's plan while we hold its board lock: any plan, but for what stands beside its journal."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.errors import Busy
from plans.domain.problem import Trouble
from plans.store.format import Writable
from plans.store.held_plan import NOBODY, Bench, HeldPlan
from plans.store.sheet import Field, decoded
from plans.store.sources import comparing
from plans.store.sources.seeing import projected, wanted_bytes
from plans.store.trust import refuse_damage

if TYPE_CHECKING:
    from plans.domain.actor import Actor
    from plans.domain.plan import Plan
    from plans.store.comparing import Standing
    from plans.store.known import Known
    from plans.store.paths import Folder
    from plans.store.sources.source_file import SourceFile


_PATIENCE = 1.0
"""Seconds that a file which cannot be read may be being written."""


class HeldSource(HeldPlan):
    """One list's files and journal under our lock."""

    def __init__(
        self, folder: Folder, known: Known | None, file: SourceFile, *, blank: Plan, bench: Bench = NOBODY
    ) -> None:
        super().__init__(folder, known, file, blank=blank, bench=bench)
        self._file = file
        self._form = file.form
        self.never_still = f"{file.form.label} keeps rewriting its files"

    def catch_up(self) -> None:
        """Learn what others wrote; files that say what the journal says need no writing, whoever died."""
        super().catch_up()
        if self._is_half_written():
            self._look_under_lock()
        if self.known is not None and self._file.disk.data == self.plan_bytes(self.known.plan):
            self.file.certain = True

    def _is_half_written(self) -> bool:
        """Tell whether a file may be broken only because its program is writing it just now."""
        problem = self.standing.problem
        return problem is not None and problem.kind == Trouble.UNREADABLE and isinstance(self._form, Writable)

    def _look_under_lock(self) -> None:
        """Look again while nobody who knows the lock is writing."""
        with suppress(Busy), self.file.locked(wait=_PATIENCE):
            self._learn_if_readable()

    def _learn_if_readable(self) -> None:
        self._file.look()
        self._standing = None
        if self.standing.peer is not None and self.standing.problem is None:
            self._adopt()

    def _compared(self) -> Standing:
        known, seen = self.known or self._blank, self._file.disk
        found = comparing.standing(
            self.folder, known, seen, form=self._form, certain=self.file.certain, at=self.clock()
        )
        return found if isinstance(self._form, Writable) else replace(found, behind=False)

    def plan_bytes(self, plan: Plan) -> bytes:
        """Give what the source's files should say of a plan."""
        return wanted_bytes(plan, self._form)

    def core_differs(self, before: Plan, after: Plan) -> bool:
        """Tell whether a change shows in the source's files at all."""
        return projected(before, self._form) != projected(after, self._form)

    def stamped(self, before: Plan, after: Plan, by: Actor) -> tuple[Plan, bytes]:  # noqa: ARG002
        """Give the plan and what its source's files should say. Raises CannotSay."""
        placed = self._placed(before, after)
        data = self.plan_bytes(placed)
        self._file.patch(data)
        return placed, data

    def _placed(self, before: Plan, after: Plan) -> Plan:
        """Give new steps the phase of the place where they come to stand."""
        new = [step for step in after.steps if not before.has_step(step.number) and not step.phase]
        if Field.PHASE not in self._form.holds or not new:
            return after
        read = self._file.read_back(decoded(self.plan_bytes(after)))
        phases = {step.number: item.phase for step, item in zip(after.steps, read.items, strict=False)}
        for step in new:
            after = after.with_step(replace(step, phase=phases.get(step.number, "")))
        return after

    def learn(self) -> None:
        """Take in what was written since; of several files some may be ours already."""
        self._file.look()
        self._standing = None
        self.file.certain = False
        refuse_damage(self.folder.namespace, self.known, self.standing)
        if self.standing.peer is not None:
            self._adopt()
