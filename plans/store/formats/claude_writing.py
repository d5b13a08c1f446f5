"""Changing Claude Code's task files: only the keys that must change, in the order it writes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from plans.store import json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plans.store.sheet import Item

    type Task = dict[str, object]

MARK: Final = ".highwatermark"
"""The highest number ever given, once its file may be gone."""
_ORDER: Final = (
    "id",
    "subject",
    "description",
    "activeForm",
    "owner",
    "status",
    "blocks",
    "blockedBy",
    "metadata",
)


def ids_in(task: Task, name: str) -> list[str]:
    """Read a list of ids; what is no id is left out."""
    value = task.get(name)
    return [str(one) for one in value if isinstance(one, str | int)] if isinstance(value, list) else []


def updated(task: Task, was: Item, now: Item) -> Task:
    """Set the keys whose meaning changes; a key that is new gets the place where Claude Code writes it."""
    changes: Task = {}
    if now.title != was.title:
        changes["subject"] = now.title
    if now.notes != was.notes:
        changes["description"] = now.notes
    if now.active_form != was.active_form:
        changes["activeForm"] = now.active_form
    if now.owner != was.owner:
        changes["owner"] = now.owner or ""
    if now.status != was.status:
        changes["status"] = now.status.value
    return _with(task, changes) if changes else task


def _with(task: Task, changes: Task) -> Task:
    """Put values into a task: None takes a key away."""
    merged = {**task, **changes}
    for name in [name for name in changes if name not in task]:
        merged = _placed(merged, name)
    return {name: value for name, value in merged.items() if name not in changes or value is not None}


def _placed(task: Task, name: str) -> Task:
    """Move a key behind those that come before it."""
    earlier = _ORDER[: _ORDER.index(name)]
    rest = [key for key in task if key != name]
    at = max((index + 1 for index, key in enumerate(rest) if key in earlier), default=0)
    return {key: task[key] for key in (*rest[:at], name, *rest[at:])}


def new(item: Item) -> Task:
    task: Task = {"id": item.key, "subject": item.title, "description": item.notes}
    if item.active_form is not None:
        task["activeForm"] = item.active_form
    if item.owner is not None:
        task["owner"] = item.owner
    return task | {"status": item.status.value, "blocks": [], "blockedBy": []}


def again(task: Task, was: Item, now: Item, *, shown: Mapping[str, Item]) -> Task:
    """Bring back a task as it was, but for what changed and those that wait for it no more (see ``tie``)."""
    blocks = [one for one in ids_in(task, "blocks") if one not in shown or now.key in shown[one].needs]
    return updated(_with(task, {"blocks": blocks}), was, now)


def tie(tasks: dict[str, Task], before: Mapping[str, tuple[str, ...]], after: Mapping[str, Item]) -> None:
    """Say changed needs in both directions; what is not shown here stays as it is.

    A task that comes back may still be named by others, who need it no more, and name those it needs no more.
    """
    fresh = after.keys() - before.keys()
    for key, item in after.items():
        was = set(before.get(key, ()))
        named = set(ids_in(tasks[key], "blockedBy"))
        left = named if key in fresh else named & fresh
        for need in [need for need in item.needs if need not in was]:
            tasks[key] = _listed(tasks[key], "blockedBy", need)
            tasks[need] = _listed(tasks[need], "blocks", key)
        for need in (was | left) - set(item.needs):
            if need in after:  # a removed task's number stays, as Claude Code leaves it
                tasks[key] = _unlisted(tasks[key], "blockedBy", need)
                tasks[need] = _unlisted(tasks[need], "blocks", key)


def _listed(task: Task, name: str, other: str) -> Task:
    ids = ids_in(task, name)
    return task if other in ids else _with(task, {name: [*ids, other]})


def _unlisted(task: Task, name: str, other: str) -> Task:
    ids = ids_in(task, name)
    return _with(task, {name: [one for one in ids if one != other]}) if other in ids else task


def needs_first(changed: Iterable[str], before: Mapping[str, Item], after: Mapping[str, Item]) -> list[str]:
    """Order changed tasks so that ``blocks`` of one is written before ``blockedBy`` of the other.

    The latter is what counts: whoever is interrupted between the two leaves a need that is not there yet,
    and the next writer writes both.
    """
    needs = {key: {*after[key].needs, *(before[key].needs if key in before else ())} for key in changed}
    order: dict[str, None] = {}
    while len(order) < len(needs):
        ready = [key for key in needs if key not in order and not (needs[key] & needs.keys()) - order.keys()]
        order |= dict.fromkeys(ready or [key for key in needs if key not in order])
    return list(order)


def removals(gone: list[str], marked: int) -> dict[str, bytes | None]:
    """Remove tasks; the mark comes first, so that whoever is interrupted loses no number."""
    if not gone:
        return {}
    highest = max(int(key) for key in gone)
    changes: dict[str, bytes | None] = {MARK: str(highest).encode()} if highest > marked else {}
    return changes | {f"{key}.json": None for key in gone}


def text(task: Task) -> bytes:
    """Write the bytes that ``JSON.stringify(task, null, 2)`` gives."""
    return json_text.encode(json.dumps(task, indent=2, ensure_ascii=False))
