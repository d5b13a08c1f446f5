"""Replaying a plan's journal from the start: what it was at a revision, and whether everything fits."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from plans.domain.history import sentence
from plans.domain.plan import Plan
from plans.domain.problem import Problem
from plans.domain.revision import Line, fold_all
from plans.store import comparing, disk, projection, snapshot
from plans.store.catching_up import replayed
from plans.store.journal import DamagedJournal, as_header, as_line
from plans.store.journal_reading import each_line
from plans.store.known import UNFOLDABLE, unfoldable
from plans.store.seals import Court
from plans.store.writer_mark import writer_at_work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.store.comparing import Standing
    from plans.store.known import Known
    from plans.store.paths import Folder
    from plans.store.seals import Judge


def folded(folder: Folder, revision: int, judge: Judge | None = None) -> Plan:
    """Give the plan at a revision; raises DamagedJournal when a line up to it is."""
    plan, lines = _opened(folder)
    return fold_all(plan, islice(lines, revision), Court(plan, judge) if judge is not None else None)


def verify(folder: Folder, judge: Judge | None = None) -> list[str]:
    """Say in sentences what does not fit; empty when everything does."""
    return verify_with(folder, plan_bytes=projection.plan_bytes, beside=plan_file, judge=judge)


def verify_with(
    folder: Folder,
    *,
    plan_bytes: Callable[[Plan], bytes],
    beside: Callable[[Folder, Known | None], list[str]],
    judge: Judge | None = None,
) -> list[str]:
    """Say what does not fit, where something else than plan.json may stand beside the journal."""
    try:
        found, plan = _replay(folder, plan_bytes, judge)
    except DamagedJournal as damage:
        return [str(damage)]
    if plan is None:
        return beside(folder, None)
    return [*found, *_snapshot(folder, plan, judge), *beside(folder, replayed(folder, judge))]


def _opened(folder: Folder) -> tuple[Plan, Iterator[Line]]:
    raws = each_line(folder)
    head = next(raws, None)
    if head is None:
        return Plan(namespace=folder.namespace, epoch=""), iter(())
    header = as_header(head)
    plan = Plan(
        namespace=folder.namespace, epoch=header.plan, created_at=header.created, created_by=header.by
    )
    return plan, (as_line(raw, number) for number, raw in enumerate(raws, 2))


def _replay(
    folder: Folder, plan_bytes: Callable[[Plan], bytes], judge: Judge | None
) -> tuple[list[str], Plan | None]:
    plan, lines = _opened(folder)
    court = Court(plan, judge) if judge is not None else None
    found: list[str] = []
    for line in lines:
        if line.rev != plan.revision + 1:
            raise DamagedJournal(plan.revision + 2, f"it says revision {line.rev}")
        try:
            plan = fold_all(plan, (line,), court)
        except UNFOLDABLE as error:
            raise unfoldable(line.rev, error) from None
        if court is not None and court.lines[-1].forged:
            found.append(f"Revision {line.rev}: {sentence(court.lines[-1])}")
            continue
        ours = line.core is not None and line.core != line.was_core
        if ours and disk.sha256(plan_bytes(plan)) != line.core:
            found.append(f"Revision {line.rev} does not fold to the plan.json it was written with")
    return found, plan if plan.revision else None


def _snapshot(folder: Folder, plan: Plan, judge: Judge | None) -> list[str]:
    saved = snapshot.load(folder)
    if saved is None or saved.plan.epoch != plan.epoch:
        return []
    if saved.trust != (judge.trust if judge is not None else None):
        return []  # it was judged by other signatures, and whoever reads it does so anew
    if saved.plan.revision > plan.revision:
        return ["The snapshot is ahead of the journal"]
    if saved.plan != folded(folder, saved.plan.revision, judge):
        return [f"The snapshot of revision {saved.plan.revision} differs from the journal"]
    return []


def plan_file(folder: Folder, known: Known | None) -> list[str]:
    """Say what of plan.json does not fit its journal; without one, whether it can be read at all."""
    seen = disk.look(folder, None)
    if known is None and seen.key is None:
        return []
    if known is None:
        read = disk.parse(seen, folder.namespace)
        return [read.message] if isinstance(read, Problem) else []
    certain = not writer_at_work(folder)
    return said(comparing.compare(known, seen, certain=certain, at=known.plan.updated_at), "plan.json")


def said(standing: Standing, what: str) -> list[str]:
    """Put into sentences how ``what`` stands to its journal."""
    if standing.problem is not None:
        return [standing.problem.message]
    if standing.behind and standing.peer is None:
        return [f"{what} is behind the journal; the next edit or `planboard up` rolls it forward"]
    if standing.peer is not None:
        return [f"{what} holds a change of another program that is not adopted yet"]
    return []
