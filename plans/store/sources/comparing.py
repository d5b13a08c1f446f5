"""How the journal of a source's plan and its files stand to each other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.plan import Plan
from plans.domain.problem import Problem, Trouble
from plans.domain.revision import diff
from plans.store.comparing import Standing, worth_a_revision
from plans.store.known import Known
from plans.store.past import with_before_mark
from plans.store.sheet import Matching
from plans.store.sources.adopting import adopt
from plans.store.sources.disk import problem_of
from plans.store.sources.seeing import NOTHING, Base, as_seen, base_of, completed, projected, seen_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plans.store.format import Format
    from plans.store.paths import Folder
    from plans.store.sheet import Item, Sheet
    from plans.store.sources.disk import SourceDisk


def standing(
    folder: Folder | None, known: Known | Plan, disk: SourceDisk, *, form: Format, certain: bool, at: int
) -> Standing:
    """Compare what is known (a blank plan before the first revision) with what stands on disk.

    ``certain`` means that our last writing of the files is known to have ended.
    """
    plan = known if isinstance(known, Plan) else known.plan
    problem = _problem(known, disk, form=form)
    if problem is not None:
        return Standing(plan=plan, problem=problem)
    sheet = disk.sheet
    if isinstance(known, Plan):
        base = NOTHING
    elif disk.sha == known.mark.after:
        return Standing(plan=_with_next(plan, sheet), warnings=sheet.warnings)
    elif not certain and disk.sha == known.mark.before:
        return Standing(plan=_with_next(plan, sheet), behind=True, warnings=sheet.warnings)
    else:
        base = projected(plan, form) if certain else _doubtful(folder, known, sheet, form=form)
    return _adopted(known, base, disk, form=form, at=at)


def _problem(known: Known | Plan, disk: SourceDisk, *, form: Format) -> Problem | None:
    if isinstance(known, Known) and known.damage is not None:
        return Problem(kind=Trouble.DAMAGED, message=str(known.damage))
    return problem_of(disk, form.label)


def _adopted(known: Known | Plan, base: Base, disk: SourceDisk, *, form: Format, at: int) -> Standing:
    plan = known if isinstance(known, Plan) else known.plan
    adopted = adopt(plan, base, completed(disk.sheet, base), form=form, at=at)
    delta = diff(plan, adopted.plan)
    news = isinstance(known, Plan) or worth_a_revision(delta)
    return Standing(
        plan=adopted.plan,
        peer=adopted.by if news else None,
        delta=delta,
        seen=seen_of(adopted.found) if adopted.behind else (),
        behind=adopted.behind,
        warnings=disk.sheet.warnings,
    )


def _with_next(plan: Plan, sheet: Sheet) -> Plan:
    """Let a new step get a number that the source's program would give."""
    if sheet.next_number <= plan.next_number:
        return plan
    return replace(plan, next_number=sheet.next_number)


def _doubtful(folder: Folder | None, known: Known, sheet: Sheet, *, form: Format) -> Base:
    """Say what was there when our last writing may or may not have ended.

    What is as it should be was written; all else is compared with what stood before, against which nothing
    of ours can look undone.
    """
    if known.before_mark is None and not known.mark.seen and folder is not None:
        known = with_before_mark(folder, known)
    new, before = projected(known.plan, form), known.before_mark or known.plan
    old = base_of(known.mark.seen) if known.mark.seen else projected(before, form)
    seen = as_seen(sheet, form)
    if form.matching is Matching.TEXT:  # one file, written whole
        items = (new if _distance(new, seen) < _distance(old, seen) else old).items
    else:
        items = _item_by_item(old.items, new.items, {item.key: item for item in seen.items})
    return Base(
        items,
        new.title if seen.title == new.title else old.title,
        new.status if seen.status == new.status else old.status,
    )


def _item_by_item(
    old: Mapping[int, Item], new: Mapping[int, Item], there: Mapping[str, Item]
) -> dict[int, Item]:
    found: dict[int, Item] = {}
    for number in sorted({*old, *new}):
        was, now = old.get(number), new.get(number)
        key = next(item.key for item in (now, was) if item is not None)
        item = now if there.get(key) == now else was
        if item is not None:
            found[number] = item
    return found


def _distance(base: Base, seen: Sheet) -> int:
    """Count the items that only one of them has."""
    ours = Counter(item.title + item.status for item in base.items.values())
    found = Counter(item.title + item.status for item in seen.items)
    return ((ours - found) + (found - ours)).total()
