"""A peer that wrote from an older reading: what it only carries along does not undo what we saved since.

A program that pauses past every limit, or keeps the plan in its memory, writes our steps back as they were
before our edits, and does not know it. Its entries tell: whoever changes a step stamps it anew, so one that
stood in plan.json before, stamps and all, is only carried along. The first time our version is kept, and
plan.json says so again. If the same comes once more it is taken as meant: the file has its way, and the
step is flagged, for a person to look at. So nothing that was saved goes without a sign, and nobody fights.

A whole older file, its own time and all, was put back by somebody on purpose: that is not fought either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from plans.domain.step import Flag
from plans.store.formats.openclaw import core_step, same_content
from plans.store.matching import by_text
from plans.store.past import Past

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.store.formats.openclaw import Core, CoreStep
    from plans.store.past import Entry


type _Pair = tuple[CoreStep, CoreStep | None]
"""What is to be read, and what stands there."""


class Sifted(NamedTuple):
    """A peer's file without what it only carries along."""

    theirs: Core
    found: Sequence[CoreStep | None]
    """What stands in the file itself for each of these steps; None: nothing."""
    kept: tuple[int, ...] = ()
    """Steps in which our version stands against the file's."""
    undone: frozenset[int] = frozenset()
    """Steps in which an edit of ours goes."""
    back: frozenset[str] = frozenset()
    """Texts of steps that we removed and that come back as new ones."""


def sift(plan: Plan, theirs: Core, lines: Sequence[Line]) -> Sifted:
    """Take out of a peer's file what stood there before our edits; ``lines`` are the last revisions."""
    if not theirs.steps or all(line.verb == "adopt" for line in lines):
        return Sifted(theirs, theirs.steps)
    past = Past(plan, lines)
    if not past.edited and max(past.added.values(), default=0) <= 1:  # we saved nothing that could be undone
        return Sifted(theirs, theirs.steps)
    return _Sifting(plan, theirs, past).result()


def flagged(plan: Plan, before: Plan, sifted: Sifted) -> Plan:
    """Mark the steps of which a saved edit went."""
    if not sifted.undone and not sifted.back:
        return plan
    for step in plan.steps:
        came_back = step.title in sifted.back and not before.has_step(step.number)
        if (step.number in sifted.undone or came_back) and step.flag is None:
            plan = plan.with_step(replace(step, flag=Flag.UNDONE_BY_PEER))
    return plan


class _Sifting:
    """Going through a peer's entries, each of which is one step's at most."""

    def __init__(self, plan: Plan, theirs: Core, past: Past) -> None:
        self.plan, self.theirs, self.past = plan, theirs, past
        self.current = {step.number: core_step(step) for step in plan.steps}
        self.kept: set[int] = set()
        self.undone: set[int] = set()
        self.back: set[str] = set()
        self.unseen = 0
        """The revision before which the peer must have read; 0: nothing tells."""
        self._put_back = theirs.updated_at in past.times
        self._claimed: dict[int, tuple[int, Entry | None]] = {}

    def result(self) -> Sifted:
        self._claim()
        sifted = [self._sifted(index, entry) for index, entry in enumerate(self.theirs.steps)]
        pairs: list[_Pair] = [
            (now, found) for now, found in zip(sifted, self.theirs.steps, strict=True) if now is not None
        ]
        self._find_overridden([now for now, _ in pairs])
        pairs = self._with_missing(pairs)
        steps, found = tuple(now for now, _ in pairs), tuple(was for _, was in pairs)
        theirs = replace(self.theirs, steps=steps) if self.kept else self.theirs
        return Sifted(theirs, found, tuple(sorted(self.kept)), frozenset(self.undone), frozenset(self.back))

    def _claim(self) -> None:
        """Say of each entry whose it is, where it is one that stands or stood in the file."""
        places = _by_entry(enumerate(self.theirs.steps))
        standing = _by_entry(self.current.items())
        for entry, indexes in places.items():
            stands = standing.get(entry, [])
            if len(indexes) == len(stands) == 1:  # nearly always: nobody touched it
                self._claimed[indexes[0]] = (stands[0], None)
                continue
            carried = {
                old.number: old
                for old in self.past.carried(entry)
                if self.current.get(old.number) not in places
            }
            numbers = [*stands, *carried]
            chosen = sorted(numbers[: len(indexes)], key=self._place)
            for index, number in zip(indexes, chosen, strict=False):
                self._claimed[index] = (number, carried.get(number))

    def _place(self, number: int) -> int:
        return self.plan.positions.get(number, len(self.current))

    def _sifted(self, index: int, entry: CoreStep) -> CoreStep | None:
        """Give what is to be read in an entry's place; None for a step that we removed."""
        number, old = self._claimed.get(index, (0, None))
        if old is None:
            return entry
        if self._put_back or self.past.kept.get(number, 0) > self.past.edited[number]:
            self._give_way(number, entry)
            return entry
        self.unseen = min(self.unseen or old.until, old.until)
        self.kept.add(number)
        return self.current.get(number)

    def _give_way(self, number: int, entry: CoreStep) -> None:
        if number in self.current:
            self.undone.add(number)
        else:
            self.back.add(entry.text)

    def _find_overridden(self, entries: Sequence[CoreStep]) -> None:
        """Find steps that the peer changed without having seen our edit of them, or whose edit it undid."""
        claimed = {number for number, _ in self._claimed.values()}
        ours = [(number, core.text) for number, core in self.current.items() if number not in claimed]
        for number, entry in zip(by_text(ours, entries), entries, strict=True):
            if number is None or same_content(self.current[number], entry):
                continue
            unseen = self.unseen and self.past.edited.get(number, 0) >= self.unseen
            if unseen or self.past.reverts(entry, number):
                self.undone.add(number)

    def _with_missing(self, entries: list[_Pair]) -> list[_Pair]:
        """Put in the steps that we added and the peer had not read yet."""
        texts = [(number, core.text) for number, core in self.current.items()]
        found = by_text(texts, [now for now, _ in entries])
        places = {number: index for index, number in enumerate(found) if number is not None}
        missing = [number for number in self.current if number not in places]
        unread = [number for number in missing if self._is_unread(number)]
        left = set(missing).difference(unread)
        if len(missing) < len(self.current) and all(self._may_be_unread(number) for number in left):
            unread = missing
        self.kept.update(unread)
        return self._with(set(unread), entries, places) if unread else entries

    def _is_unread(self, number: int) -> bool:
        """Tell whether a step is newer than what the peer read: other entries of its file are older."""
        return self._was_added(number) and 0 < self.unseen <= self.past.added[number]

    def _may_be_unread(self, number: int) -> bool:
        """Tell whether a step may be newer: no peer's file has had it yet, and this one was written anew."""
        is_new = self.theirs.updated_at != self.plan.core_at
        return is_new and self._was_added(number) and self.past.adopted < self.past.added[number]

    def _was_added(self, number: int) -> bool:
        """Tell whether we added a step, to a plan that there was, and have not kept it before."""
        added = self.past.added.get(number, 0)
        return added > 1 and self.past.kept.get(number, 0) < added and not self._put_back

    def _with(self, numbers: set[int], entries: list[_Pair], places: dict[int, int]) -> list[_Pair]:
        """Put steps of ours behind the last of those that stand before them with us; one walk for all."""
        behind: dict[int, list[_Pair]] = {}
        last = -1
        for number, core in self.current.items():
            if number in numbers:
                behind.setdefault(last, []).append((core, None))
            last = max(last, places.get(number, -1))
        woven = behind.get(-1, [])
        for index, pair in enumerate(entries):
            woven += [pair, *behind.get(index, ())]
        return woven


def _by_entry(entries: Iterable[tuple[int, CoreStep]]) -> dict[CoreStep, list[int]]:
    """Group numbers by what stands there: comparing each with each takes a second for 5,000 steps."""
    found: dict[CoreStep, list[int]] = {}
    for number, entry in entries:
        found.setdefault(entry, []).append(number)
    return found
