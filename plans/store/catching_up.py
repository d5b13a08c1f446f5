"""How a process catches up with a journal: from what it knows, from a snapshot, or from the first line."""

from __future__ import annotations

import os
from itertools import batched, chain, islice
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.plan import Plan
from plans.store import snapshot
from plans.store.journal import (
    HEADER_BYTES,
    SEAL,
    VERSION,
    DamagedJournal,
    Header,
    as_header,
    begin,
    encode_line,
)
from plans.store.journal_reading import each_line, last_lines, read_from
from plans.store.known import Known, as_revision, grown
from plans.store.paths import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from plans.domain.revision import Line
    from plans.store.known import Keys
    from plans.store.paths import Folder
    from plans.store.seals import Judge
    from plans.store.snapshot import Snapshot

_AT_ONCE = 4_096
"""Lines that are folded at once: a journal may be longer than memory is large."""
_FEW = 1_000
"""Lines that are looked for from the journal's end, however long it is."""


def read_known(folder: Folder, before: Known | None, judge: Judge | None = None) -> Known | None:
    """Catch up with the journal on disk; None when there is none. Never waits for a lock."""
    if before is not None and before.damage is None and _judged_so(before.trust, before.opened, judge):
        found = read_from(folder, before.size - len(before.seal) - 1)
        if found is not None:
            raws, facts = found
            if (facts.st_dev, facts.st_ino) == before.file and raws and raws[0] == before.seal:
                return grown(before, raws[1:]) if len(raws) > 1 else before
    return _from_snapshot(folder, judge) or replayed(folder, judge)


def replayed(folder: Folder, judge: Judge | None = None) -> Known | None:
    """Fold a journal from its first line, whatever the snapshot says."""
    facts, raws = folder.stat(JOURNAL), each_line(folder)
    head, first = next(raws, None), next(raws, None)
    if facts is None or head is None or first is None:  # a header alone: its first revision was cut short
        return None
    try:
        header = as_header(head)
    except DamagedJournal as damage:
        file = (facts.st_dev, facts.st_ino)
        return Known(plan=Plan(namespace=folder.namespace, epoch=""), size=0, file=file, damage=damage)
    known = replace(_opened(folder, header, facts, judge=judge), size=len(head) + 1, seal=head[-SEAL:])
    for some in batched(chain((first,), raws), _AT_ONCE):
        known = grown(known, some)
        if known.damage is not None:
            break
    return known


def begun(folder: Folder, first: bytes, blank: Plan, *, epoch: str, judge: Judge | None) -> Known:
    """Start a plan's journal with its first revision; ``blank`` says when and by whom it was created."""
    header = Header(v=VERSION, plan=epoch, created=blank.created_at, by=blank.created_by)
    head = encode_line(header)
    facts = begin(folder, head, first)
    start = replace(_opened(folder, header, facts, judge=judge), size=len(head), seal=head[-SEAL - 1 : -1])
    return grown(start, first.split(b"\n")[:-1])


def new_epoch() -> str:
    """Make the name of a history that is about to begin."""
    return os.urandom(12).hex()


def history(folder: Folder, known: Known | None, *, after: int) -> Iterator[Line]:
    """Give the revisions after one: from memory where they are there, else one by one from the file."""
    if known is None:
        return
    if known.tail and known.tail[0].rev <= after + 1:
        yield from (line for line in known.tail if line.rev > after)
    elif known.plan.revision > after:
        first = max(after, 0) + 1
        raws = _raw_lines(folder, known, first=first)
        yield from (known.forged.get(rev) or as_revision(raw, rev) for rev, raw in enumerate(raws, first))


def _raw_lines(folder: Folder, known: Known, *, first: int) -> Iterable[bytes]:
    """Read the lines from a revision on: a few from the journal's end, more than that from its beginning."""
    count = known.plan.revision - first + 1
    if count <= _FEW:
        raws = last_lines(folder, count, end=known.size)
        if len(raws) == count:
            return raws
    return islice(each_line(folder), first, known.plan.revision + 1)


def _judged_so(trust: str | None, opened: bool, judge: Judge | None) -> bool:  # noqa: FBT001 - a fact
    """Tell whether lines that were judged once would be judged the same now."""
    if judge is None:
        return True
    return trust is not None and (not opened or trust == judge.trust)


def _from_snapshot(folder: Folder, judge: Judge | None) -> Known | None:
    """Start from the snapshot when it belongs to this journal, and was judged as it would be now."""
    saved = snapshot.load(folder)
    if saved is None or saved.plan.namespace != folder.namespace:
        return None
    if not _judged_so(saved.trust, saved.opened, judge):
        return None
    found = read_from(folder, max(saved.size - SEAL - 1, 0))
    if found is None or not found[0] or not _same_epoch(folder, saved):
        return None
    raws, facts = found
    if raws[0] != saved.seal.encode():
        return None
    keys: Keys = {(key.by, key.verb, key.key): key for key in saved.keys}
    start = Known(
        plan=saved.plan,
        size=saved.size,
        file=(facts.st_dev, facts.st_ino),
        seal=raws[0],
        mark=saved.mark,
        keys=keys,
        judge=judge,
        trust=saved.trust,
        opened=saved.opened,
        forged={line.rev: line for line in saved.forged},
    )
    return grown(start, raws[1:])


def _same_epoch(folder: Folder, saved: Snapshot) -> bool:
    found = read_from(folder, 0, limit=HEADER_BYTES)
    if found is None or not found[0]:
        return False
    try:
        return as_header(found[0][0]).plan == saved.plan.epoch
    except DamagedJournal:
        return False


def _opened(folder: Folder, header: Header, facts: os.stat_result, *, judge: Judge | None) -> Known:
    """Give what a header alone says."""
    plan = Plan(
        namespace=folder.namespace, epoch=header.plan, created_at=header.created, created_by=header.by
    )
    trust = judge.trust if judge is not None else None
    return Known(plan=plan, size=0, file=(facts.st_dev, facts.st_ino), judge=judge, trust=trust)
