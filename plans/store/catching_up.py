"""How a process catches up with a journal: from what it knows, from a snapshot, or from the first line."""

from __future__ import annotations

import os
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
    read_from,
)
from plans.store.known import Known, as_revision, grown

if TYPE_CHECKING:
    from plans.domain.revision import Line
    from plans.store.known import Keys
    from plans.store.paths import Folder
    from plans.store.seals import Judge
    from plans.store.snapshot import Snapshot


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
    found = read_from(folder, 0)
    if found is None or len(found[0]) <= 1:  # a header alone: its first revision was cut short
        return None
    raws, facts = found
    file = (facts.st_dev, facts.st_ino)
    try:
        header = as_header(raws[0])
    except DamagedJournal as damage:
        return Known(plan=Plan(namespace=folder.namespace, epoch=""), size=0, file=file, damage=damage)
    start = replace(_opened(folder, header, facts, judge=judge), size=len(raws[0]) + 1, seal=raws[0][-SEAL:])
    return grown(start, raws[1:])


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
    return [known.forged.get(rev) or as_revision(raw, rev) for rev, raw in enumerate(raws, 1) if rev > after]


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
