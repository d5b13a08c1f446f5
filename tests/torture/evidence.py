"""What the laws look at, worked out once from a history; and what a broken law says."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tests.torture.folding import fold, mark, read_journal

if TYPE_CHECKING:
    from tests.torture.folding import Journal, Line, Step, Steps
    from tests.torture.history import Call, Event, History, Marks


class Refutation(NamedTuple):
    """A law that did not hold, in one sentence, with what shows it."""

    law: str
    says: str
    calls: tuple[Call, ...] = ()
    events: tuple[Event, ...] = ()
    lines: tuple[Line, ...] = ()


class Evidence:
    """A history with its final journal folded."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.journal: Journal = read_journal(history.final.journal)
        self._marks_at: dict[int, Marks] = {}
        self._marks: dict[int, tuple[int, int]] = {}

    @cached_property
    def steps_at(self) -> list[Steps]:
        """The steps at each revision, from 0 on; unchanged steps are shared."""
        found: list[Steps] = [{}]
        for line in self.journal.lines:
            found.append(fold(found[-1], line))
        return found

    @property
    def final_steps(self) -> Steps:
        return self.steps_at[-1]

    @cached_property
    def writers(self) -> dict[int, Call]:
        """By revision, the first call that was told it made it."""
        found: dict[int, Call] = {}
        for call in self.history.calls:
            if call.wrote is not None and call.answered is not None and not call.answered.repeated:
                found.setdefault(call.wrote, call)
        return found

    @cached_property
    def by_mark(self) -> dict[str, Call]:
        """By mark, the first call that carried it, answered or not."""
        found: dict[str, Call] = {}
        for call in self.history.calls:
            if call.asked.mark:
                found.setdefault(call.asked.mark, call)
        return found

    @cached_property
    def losses(self) -> list[tuple[float, int]]:
        """When the power was lost, s, and the last revision that was there afterwards."""
        cuts = [event.at for event in self.history.events if event.what == "cut"]
        kept = [len(read_journal(files.journal).lines) for files in self.history.cuts]
        return list(zip(cuts, kept, strict=True))

    def outlived(self, call: Call) -> bool:
        """Tell whether what a call was shown survived the next loss of power.

        What nobody was told is saved may be lost, though a reader saw it: an edit that was being made, or an
        adoption, which is made again.
        """
        rev = call.read if call.read is not None else call.wrote
        kept = next((kept for at, kept in self.losses if at > call.began), None)
        return rev is None or kept is None or rev <= kept

    def marks_at(self, rev: int) -> Marks:
        """Give what was to be seen at a revision; nothing where the journal does not have it."""
        if rev not in self._marks_at:
            steps = self.steps_at[rev].values() if rev < len(self.steps_at) else ()
            self._marks_at[rev] = tuple(sorted(self._mark(step) for step in steps))
        return self._marks_at[rev]

    def _mark(self, step: Step) -> tuple[int, int]:
        """Work out a step's mark once: steps are shared between the revisions that leave them alone."""
        found = self._marks.get(id(step))
        if found is None:
            found = self._marks[id(step)] = mark(step.number, step.fields)
        return found

    def line(self, rev: int) -> Line | None:
        """Give a revision's line; None where the journal has none."""
        return self.journal.lines[rev - 1] if 0 < rev <= len(self.journal.lines) else None

    def lines(self, *revs: int | None) -> tuple[Line, ...]:
        """Give the lines that there are of some revisions."""
        found = (self.line(rev) for rev in revs if rev is not None)
        return tuple(line for line in found if line is not None)
