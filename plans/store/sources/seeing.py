"""What a source's files would say of a plan: the base that their own changes are compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec
from msgspec.structs import replace

from plans.store import json_text
from plans.store.sheet import Field, Item, Matching, Sheet, encoded, held

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plans.domain.plan import Plan
    from plans.domain.revision import Seen
    from plans.domain.step import Step
    from plans.store.format import Format

ID = "id"
"""The key in a step's ``extra`` under which an item's own id is kept, where it has one."""


class Base(NamedTuple):
    """What stood in the files: items by our step numbers, in the files' order, and the list's own texts."""

    items: Mapping[int, Item]
    title: str = ""
    status: str = ""


NOTHING = Base({})


def seen_of(base: Base) -> Seen:
    """Write down what stood in the files, for whoever finds our writing unfinished (a line's ``seen``)."""
    own = (0, base.title, base.status, None)
    return (own, *((number, _text(item), "", None) for number, item in base.items.items()))


def base_of(seen: Seen) -> Base:
    """Read what ``seen_of`` wrote."""
    (_, title, status, _), *items = seen
    return Base({number: _item(text) for number, text, _, _ in items}, title, status)


def _text(item: Item) -> str:
    return json_text.compact(msgspec.to_builtins(item)).decode()


def _item(text: str) -> Item:
    return msgspec.convert(json_text.parse(text.encode())[0], Item)


def key_of(step: Step, form: Format) -> str:
    """Name a step as its source does."""
    if form.matching is Matching.NUMBER:
        return str(step.number)
    return str(step.extra.get(ID, "")) if form.matching is Matching.ID else ""


def projected(plan: Plan, form: Format) -> Base:
    """Give what the source's files show of a plan."""
    shown = {step.number: (step, status) for step in plan.steps if (status := form.seen(step)) is not None}
    numbers = sorted(shown) if form.matching is Matching.NUMBER else list(shown)
    keys = {number: key_of(shown[number][0], form) for number in numbers}
    items = tuple(
        Item(
            key=keys[number],
            title=step.title,
            status=status,
            active_form=step.active_form,
            notes=step.notes,
            owner=step.owner,
            needs=tuple(keys[need] for need in step.needs if need in keys),
            phase=step.phase,
        )
        for number in numbers
        for step, status in (shown[number],)
    )
    seen = as_seen(Sheet(items=items, title=plan.title, status=plan.status), form)
    return Base(dict(zip(numbers, seen.items, strict=True)), seen.title, seen.status)


def completed(sheet: Sheet, base: Base) -> Sheet:
    """Give a sheet with what cannot be read now as it was, in its place; nothing needs what never was."""
    if not sheet.unread:
        return sheet
    there = {item.key for item in sheet.items}
    behind: dict[str, list[Item]] = {}
    leader = ""
    for item in base.items.values():
        if item.key in there:
            leader = item.key
        elif item.key in sheet.unread:
            behind.setdefault(leader, []).append(item)
    items = [*behind.get("", ()), *(one for item in sheet.items for one in (item, *behind.get(item.key, ())))]
    known = {item.key for item in items}
    sound = [replace(item, needs=tuple(need for need in item.needs if need in known)) for item in items]
    return replace(sheet, items=tuple(sound))


def words_kept(before: Plan, after: Plan, form: Format) -> Plan:
    """Leave a task what it is called in work, where its files hold that: there it is its author's to take."""
    if Field.ACTIVE_FORM not in form.holds:
        return after
    for step in after.steps:
        was = before.step(step.number).active_form if before.has_step(step.number) else None
        if step.active_form is None and was is not None:
            after = after.with_step(replace(step, active_form=was))
    return after


def as_seen(sheet: Sheet, form: Format) -> Sheet:
    """Give a sheet as it is compared: nothing but what the files hold, needs in a fixed order."""
    kept = held(sheet, form.holds, own=form.own)
    items = tuple(
        replace(item, needs=tuple(sorted(item.needs))) if item.needs else item for item in kept.items
    )
    return replace(kept, items=items)


def wanted_bytes(plan: Plan, form: Format) -> bytes:
    """Write down what the source's files should say of a plan."""
    base = projected(plan, form)
    return encoded(Sheet(items=tuple(base.items.values()), title=base.title, status=base.status))
