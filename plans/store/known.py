"""What a process knows of a plan's journal, and how it catches up with what others appended."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from plans.domain.plan import Plan
from plans.domain.revision import Line, fold_all
from plans.store import snapshot
from plans.store.journal import (
    SEAL,
    VERSION,
    DamagedJournal,
    Header,
    as_header,
    as_line,
    begin,
    encode_line,
    read_from,
)
from plans.store.seals import Court, Seals
from plans.store.snapshot import CoreMark, Key, Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.store.paths import Folder

_TAIL = 1_000
"""Lines kept in memory, so that recent history needs no reading."""

_HEADER_BYTES = 4_096

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
    seals: Seals | None = None
    """Who judged the lines; None: nobody, they are taken as they are."""
    trust: str | None = None
    """What was believed then."""
    opened: bool = False
    """Whether any line had to be judged by its signature."""
    forged: dict[int, Line] = {}
    """Lines that claim what nobody signed, without what they claim, by revision."""


def read_known(folder: Folder, before: Known | None, seals: Seals | None = None) -> Known | None:
    """Catch up with the journal on disk; None when there is none. Never waits for a lock."""
    if before is not None and before.damage is None and _judged_so(before.trust, before.opened, seals):
        found = read_from(folder, before.size - len(before.seal) - 1)
        if found is not None:
            raws, facts = found
            if (facts.st_dev, facts.st_ino) == before.file and raws and raws[0] == before.seal:
                return grown(before, raws[1:]) if len(raws) > 1 else before
    return _from_snapshot(folder, seals) or _from_start(folder, seals)


def _judged_so(trust: str | None, opened: bool, seals: Seals | None) -> bool:  # noqa: FBT001 - a fact
    """Tell whether lines that were judged once would be judged the same now."""
    if seals is None:
        return True
    return trust is not None and (not opened or trust == seals.trust)


def grown(known: Known, raws: Sequence[bytes]) -> Known:
    """Fold more complete lines; stops at the first damaged one and says so."""
    lines: list[Line] = []
    size, seal = known.size, known.seal
    damage: DamagedJournal | None = None
    for raw in raws:
        try:
            lines.append(_next(raw, known.plan.revision + len(lines) + 1))
        except DamagedJournal as error:
            damage = error
            break
        size += len(raw) + 1
        seal = raw[-SEAL:]
    return replace(_with_lines(known, lines, size=size), seal=seal, damage=damage)


def with_line(known: Known, line: Line, data: bytes) -> Known:
    """Fold a line that was just written as ``data``."""
    return replace(_with_lines(known, [line], size=known.size + len(data)), seal=data[-SEAL - 1 : -1])


def as_snapshot(known: Known, *, now: int) -> Snapshot:
    """Give what is worth keeping on disk."""
    return Snapshot(
        plan=known.plan,
        size=known.size,
        mark=known.mark,
        keys=snapshot.kept(known.keys, now=now),
        trust=known.trust,
        opened=known.opened,
        forged=tuple(known.forged.values()),
    )


def history(folder: Folder, known: Known | None, *, after: int) -> list[Line]:
    """List the revisions after one: from memory where they are there, else from the file."""
    if known is None:
        return []
    if known.tail and known.tail[0].rev <= after + 1:
        return [line for line in known.tail if line.rev > after]
    if known.plan.revision <= after:
        return []
    found = read_from(folder, 0)
    raws = found[0][1 : known.plan.revision + 1] if found else []
    return [known.forged.get(rev) or _next(raw, rev) for rev, raw in enumerate(raws, 1) if rev > after]


def new_epoch() -> str:
    """Make the name of a history that is about to begin."""
    return os.urandom(12).hex()


def begun(folder: Folder, first: bytes, blank: Plan, *, epoch: str, seals: Seals | None) -> Known:
    """Start a plan's journal with its first revision; ``blank`` says when and by whom it was created."""
    header = Header(v=VERSION, plan=epoch, created=blank.created_at, by=blank.created_by)
    head = encode_line(header)
    facts = begin(folder, head, first)
    start = replace(_opened(folder, header, facts, seals=seals), size=len(head), seal=head[-SEAL - 1 : -1])
    return grown(start, first.split(b"\n")[:-1])


def replayed(folder: Folder, seals: Seals | None = None) -> Known | None:
    """Fold a journal from its first line, whatever the snapshot says."""
    return _from_start(folder, seals)


def _next(raw: bytes, rev: int) -> Line:
    line = as_line(raw, rev + 1)
    if line.forged:  # nobody can say this of their own line
        line = replace(line, forged=())
    if line.rev != rev:
        raise DamagedJournal(rev + 1, f"it says revision {line.rev} where {rev} belongs")
    return line


def _with_lines(known: Known, lines: list[Line], *, size: int) -> Known:
    if known.seals is None:
        return _folded(known, lines, size=size)
    court = Court(known.plan, known.seals)
    trust = known.seals.trust
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
    return keys | new if new else keys


def _key(line: Line) -> Key:
    return Key(line.by, line.verb, line.key or "", line.body or "", line.rev, line.at)


def _from_start(folder: Folder, seals: Seals | None) -> Known | None:
    found = read_from(folder, 0)
    if found is None or len(found[0]) <= 1:  # a header alone: its first revision was cut short
        return None
    raws, facts = found
    file = (facts.st_dev, facts.st_ino)
    try:
        header = as_header(raws[0])
    except DamagedJournal as damage:
        return Known(plan=Plan(namespace=folder.namespace, epoch=""), size=0, file=file, damage=damage)
    start = replace(_opened(folder, header, facts, seals=seals), size=len(raws[0]) + 1, seal=raws[0][-SEAL:])
    return grown(start, raws[1:])


def _opened(folder: Folder, header: Header, facts: os.stat_result, *, seals: Seals | None) -> Known:
    """Give what a header alone says."""
    plan = Plan(
        namespace=folder.namespace, epoch=header.plan, created_at=header.created, created_by=header.by
    )
    trust = seals.trust if seals is not None else None
    return Known(plan=plan, size=0, file=(facts.st_dev, facts.st_ino), seals=seals, trust=trust)


def _from_snapshot(folder: Folder, seals: Seals | None) -> Known | None:
    """Start from the snapshot when it belongs to this journal, and was judged as it would be now."""
    saved = snapshot.load(folder)
    if saved is None or saved.plan.namespace != folder.namespace:
        return None
    if not _judged_so(saved.trust, saved.opened, seals):
        return None
    found = read_from(folder, max(saved.size - SEAL - 1, 0))
    if found is None or not found[0] or not _same_epoch(folder, saved):
        return None
    raws, facts = found
    if len(raws[0]) != SEAL:
        return None
    keys: Keys = {(key.by, key.verb, key.key): key for key in saved.keys}
    start = Known(
        plan=saved.plan,
        size=saved.size,
        file=(facts.st_dev, facts.st_ino),
        seal=raws[0],
        mark=saved.mark,
        keys=keys,
        seals=seals,
        trust=saved.trust,
        opened=saved.opened,
        forged={line.rev: line for line in saved.forged},
    )
    return grown(start, raws[1:])


def _same_epoch(folder: Folder, saved: Snapshot) -> bool:
    found = read_from(folder, 0, limit=_HEADER_BYTES)
    if found is None or not found[0]:
        return False
    try:
        return as_header(found[0][0]).plan == saved.plan.epoch
    except DamagedJournal:
        return False
