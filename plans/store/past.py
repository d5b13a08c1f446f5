"""What stood in plan.json before: the entries that a step had, and all of it before our last rewrite."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from plans.domain.plan import QUIET_PLAN_FIELDS
from plans.domain.revision import PLAN_KEY
from plans.domain.step import Step, with_values
from plans.store.catching_up import history, replayed
from plans.store.formats.openclaw import CoreStep, core_step, same_content
from plans.store.known import UNFOLDABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.store.known import Known
    from plans.store.paths import Folder

LINES = 64
"""How many revisions a program may have slept through: as many as there are between two snapshots."""


class Entry(NamedTuple):
    """An entry that a step had: whose, until which revision, and whether one of us changed it since."""

    number: int
    until: int
    ours: bool


class Past:
    """The entries of the last revisions; two of them may be equal."""

    def __init__(self, plan: Plan, lines: Iterable[Line]) -> None:
        """``plan`` is as it is after the ``lines``."""
        self.entries: dict[CoreStep, list[Entry]] = {}
        self.added: dict[int, int] = {}
        """Steps that we added, with the revision."""
        self.edited: dict[int, int] = {}
        """Steps that we changed as peers see them, with the newest revision that did."""
        self.kept: dict[int, int] = {}
        """Steps that were kept against an older reading already, with the newest revision that did."""
        self.adopted = 0
        """The newest revision that a peer made."""
        self.times: set[object] = set()
        """Older values of the file's ``updatedAt``."""
        self._steps = {step.number: step for step in plan.steps}
        for line in sorted(lines, key=lambda line: line.rev, reverse=True):
            self._before(line)

    def carried(self, core: CoreStep) -> list[Entry]:
        """Find whose entry this was, stamps and all, before edits of ours; without a time it says nothing."""
        found = self.entries.get(core, []) if core.updated_at is not None else []
        return [entry for entry in found if entry.ours]

    def reverts(self, core: CoreStep, number: int) -> bool:
        """Tell whether an entry without any stamp is what a step was just before our edit of it."""
        if core.updated_at is not None or number not in self.edited:
            return False
        return any(
            entry.number == number and entry.until == self.edited[number] and same_content(core, old)
            for old, entries in self.entries.items()
            for entry in entries
        )

    def _before(self, line: Line) -> None:
        ours = line.verb != "adopt"
        for number in line.kept:
            self.kept.setdefault(number, line.rev)
        if not ours:
            self.adopted = max(self.adopted, line.rev)
        self.times.add((line.was.get(PLAN_KEY) or {}).get("core_at"))
        for number in line.named():
            self._step_before(line, number, ours=ours)

    def _step_before(self, line: Line, number: int, *, ours: bool) -> None:
        was, now = line.was.get(str(number)), self._steps.pop(number, None)
        if was is None:
            if ours:
                self.added[number] = line.rev
            return
        before = with_values(now or Step(number=number, title=""), was)
        self._steps[number] = before
        entry = core_step(before)
        if now is not None and core_step(now) == entry:
            return
        if ours:
            self.edited.setdefault(number, line.rev)
        self.entries.setdefault(entry, []).append(Entry(number, line.rev, number in self.edited))


def with_before_mark(folder: Folder, known: Known) -> Known:
    """Know the plan just before the last line that changed plan.json, too: a snapshot does not hold it.

    It is what peers see of it: who changed a step last, and when, stays as it is now.
    """
    mark, newest = known.mark.rev, known.plan.revision
    if mark and newest - mark < LINES:
        before = undone(known.plan, list(history(folder, known, after=mark - 1)))
        if before is not None:
            return replace(known, before_mark=before)
    return replayed(folder, known.judge) or known


def undone(plan: Plan, lines: Sequence[Line]) -> Plan | None:
    """Take a plan's last lines back; None where they do not tell all that peers saw before.

    Of a step that went or moved they do not say where it stood.
    """
    steps = {step.number: step for step in plan.steps}
    try:
        for line in reversed(lines):
            if line.moved or None in line.set.values() or _is_of_the_plan(line):
                return None
            for number in line.named():
                was = line.was[str(number)]
                if was is None:
                    del steps[number]
                else:
                    steps[number] = with_values(steps[number], was)
    except UNFOLDABLE:
        return None
    return replace(plan, steps=tuple(steps.values()))


def _is_of_the_plan(line: Line) -> bool:
    """Tell whether more of the plan itself changed than the times that its file says."""
    return not (line.set.get(PLAN_KEY) or {}).keys() <= set(QUIET_PLAN_FIELDS)
