"""What a process knows of a plan's journal, and what it knows after more lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from plans.domain.plan import Plan
from plans.domain.revision import Line, fold_all
from plans.store import snapshot
from plans.store.journal import (
    SEAL,
    DamagedJournal,
    as_line,
)
from plans.store.projection import carry
from plans.store.seals import Court, Judge
from plans.store.snapshot import CoreMark, Key, Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence


_TAIL = 1_000
"""Lines kept in memory, so that recent history needs no reading."""

_MOST_KEYS = 2 * snapshot.KEEP_KEYS
"""Keys in memory; beyond that those are dropped that no snapshot keeps."""

UNFOLDABLE = (ValueError, LookupError, TypeError, msgspec.ValidationError)
"""What folding raises where a line that is whole says what no plan can be: nothing of ours wrote it."""

type Keys = dict[tuple[str, str, str], Key]


class Known(Struct, frozen=True, kw_only=True):
    """A journal folded up to ``size`` bytes. ``damage`` says why the rest cannot be."""

    plan: Plan
    size: int
    file: tuple[int, int]
    """Device and inode of the journal: another file is another history."""
    seal: bytes = b""
    """How the last line ends, its checksum: one whose flush failed may have been taken back since."""
    mark: CoreMark = CoreMark()
    before_mark: Plan | None = None
    """The plan just before the marked line, when that line was folded here."""
    tail: tuple[Line, ...] = ()
    keys: Keys = {}
    damage: DamagedJournal | None = None
    judge: Judge | None = None
    """Who judged the lines; None: nobody, they are taken as they are."""
    trust: str | None = None
    """What was believed then."""
    opened: bool = False
    """Whether any line had to be judged by its signature."""
    forged: dict[int, Line] = {}
    """Lines that claim what nobody signed, without what they claim, by revision."""


def grown(known: Known, raws: Sequence[bytes]) -> Known:
    """Fold more complete lines; stops at the first damaged one and says so."""
    try:
        return _grown_at_once(known, raws)
    except UNFOLDABLE:
        return _grown_as_far_as_it_goes(known, raws)


def _grown_at_once(known: Known, raws: Sequence[bytes]) -> Known:
    lines: list[Line] = []
    size, seal = known.size, known.seal
    damage: DamagedJournal | None = None
    for raw in raws:
        try:
            lines.append(as_revision(raw, known.plan.revision + len(lines) + 1))
        except DamagedJournal as error:
            damage = error
            break
        size += len(raw) + 1
        seal = raw[-SEAL:]
    return replace(_with_lines(known, lines, size=size), seal=seal, damage=damage)


def _grown_as_far_as_it_goes(known: Known, raws: Sequence[bytes]) -> Known:
    """Fold line by line, up to the one of which nothing can be made."""
    known = replace(known, damage=None)
    for raw in raws:
        known = _grown_by_one(known, raw)
    return known


def _grown_by_one(known: Known, raw: bytes) -> Known:
    if known.damage is not None:
        return known
    try:
        return _grown_at_once(known, (raw,))
    except UNFOLDABLE as error:
        return replace(known, damage=unfoldable(known.plan.revision + 1, error))


def unfoldable(rev: int, error: Exception) -> DamagedJournal:
    """Name the line of a revision that says what no plan can be."""
    return DamagedJournal(rev + 1, f"it says what cannot be: {error}")


def with_line(known: Known, line: Line, data: bytes) -> Known:
    """Fold a line that was just written as ``data``."""
    return replace(_with_lines(known, [line], size=known.size + len(data)), seal=data[-SEAL - 1 : -1])


def as_snapshot(known: Known, *, now: int) -> Snapshot:
    """Give what is worth keeping on disk."""
    return Snapshot(
        plan=known.plan,
        size=known.size,
        seal=known.seal.decode(),
        mark=known.mark,
        keys=snapshot.kept(known.keys, now=now),
        trust=known.trust,
        opened=known.opened,
        forged=tuple(known.forged.values()),
    )


def as_revision(raw: bytes, rev: int) -> Line:
    """Read the line of a revision; raises DamagedJournal where it is another one's, or none."""
    line = as_line(raw, rev + 1)
    if line.rev != rev:
        raise DamagedJournal(rev + 1, f"it says revision {line.rev} where {rev} belongs")
    return line


def _with_lines(known: Known, lines: list[Line], *, size: int) -> Known:
    if known.judge is None:
        return _folded(known, lines, size=size)
    court = Court(known.plan, known.judge)
    trust = known.judge.trust
    folded = _folded(known, lines, size=size, court=court)
    forged = {line.rev: line for line in court.lines if line.forged}
    if forged:  # what such a line says of plan.json does not count either
        folded = _folded(known, court.lines, size=size)
    return replace(
        folded, trust=trust, opened=known.opened or court.opened, forged={**known.forged, **forged}
    )


def _folded(known: Known, lines: list[Line], *, size: int, court: Court | None = None) -> Known:
    last_core = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].core is not None), None)
    plan, before_mark, mark = known.plan, known.before_mark, known.mark
    if last_core is not None:
        plan = before_mark = fold_all(plan, lines[:last_core], court) if last_core else plan
        marked = lines[last_core]
        mark = CoreMark(marked.rev, marked.was_core, marked.core, marked.seen)
    plan = fold_all(plan, lines[last_core or 0 :], court)
    carry(known.plan, plan)
    return replace(
        known,
        plan=plan,
        size=size,
        mark=mark,
        before_mark=before_mark,
        tail=(*known.tail, *lines)[-_TAIL:],
        keys=_with_keys(known.keys, lines),
    )


def _with_keys(keys: Keys, lines: list[Line]) -> Keys:
    new = {(line.by, line.verb, line.key): _key(line) for line in lines if line.key}
    if not new:
        return keys
    all_keys = keys | new
    if len(all_keys) <= _MOST_KEYS:
        return all_keys
    return dict(list(all_keys.items())[-snapshot.KEEP_KEYS :])


def _key(line: Line) -> Key:
    return Key(line.by, line.verb, line.key or "", line.body or "", line.rev, line.at)
