"""Which of a peer's steps is which of ours: by exact text, n-th for n-th, and by place when renamed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from plans.domain.plan import Plan
    from plans.store.formats.openclaw import CoreStep

type Numbers = list[int | None]


def match(plan: Plan, base: Sequence[tuple[int, CoreStep]], theirs: Sequence[CoreStep]) -> Numbers:
    """Give each of their steps our number, None for a new one."""
    numbers = by_text([(number, step.text) for number, step in base], theirs)
    _rename([number for number, _ in base], numbers)
    based = {number for number, _ in base}
    ours_only = [(step.number, step.title) for step in plan.steps if step.number not in based]
    fresh = [index for index, number in enumerate(numbers) if number is None]
    found = by_text(ours_only, [theirs[index] for index in fresh])
    for index, number in zip(fresh, found, strict=True):
        numbers[index] = number
    return numbers


def new_order(plan: Plan, base: Sequence[int], theirs: Sequence[int], *, kept: Collection[int]) -> list[int]:
    """Order the kept numbers: as the peer ordered them, or as we did where the peer changed no order."""
    present = set(theirs)
    based = set(base)
    old = [number for number in base if number in present]
    reordered = [number for number in theirs if number in based] != old
    main = list(theirs) if reordered else [step.number for step in plan.steps if step.number in kept]
    rest = [step.number for step in plan.steps if step.number in kept] if reordered else theirs
    return _woven(main, list(rest))


def by_text(named: Sequence[tuple[int, str]], theirs: Sequence[CoreStep]) -> Numbers:
    """Give each of their steps the number of one with its text, n-th for n-th; None where there is none."""
    waiting: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in reversed(named):
        waiting[text].append(number)
    return [waiting[step.text].pop() if waiting.get(step.text) else None for step in theirs]


def _rename(base: list[int], numbers: Numbers) -> None:
    """Take one text gone and one new at the same place, between equal neighbours, for the same step."""
    taken = {number for number in numbers if number is not None}
    place = {number: index for index, number in enumerate(base)}
    fresh = [index for index, number in enumerate(numbers) if number is None]
    for index in fresh:
        before = numbers[index - 1] if index else None
        after = numbers[index + 1] if index + 1 < len(numbers) else None
        if (index and before is None) or (index + 1 < len(numbers) and after is None):
            continue
        at = place[before] + 1 if before is not None else 0
        follows = base[at + 1] if at + 1 < len(base) else None
        if at < len(base) and base[at] not in taken and follows == after:
            numbers[index] = base[at]
            taken.add(base[at])


def _woven(main: list[int], others: list[int]) -> list[int]:
    """Put the numbers missing from ``main`` right behind whom they follow in ``others``."""
    known = set(main)
    behind: dict[int | None, list[int]] = {}
    leader: int | None = None
    for number in others:
        if number in known:
            leader = number
        else:
            behind.setdefault(leader, []).append(number)
    woven = behind.get(None, [])
    for number in main:
        woven += [number, *behind.get(number, ())]
    return woven
