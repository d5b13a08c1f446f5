"""Claude Code's tasks: one JSON file each, in a folder for each list (observed with version 2.1.211)."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Final

from plans.domain.step import Status
from plans.store import json_text
from plans.store.format import BadList
from plans.store.formats import folder_lock
from plans.store.formats.plain_owner import plain_owner
from plans.store.sheet import UNTITLED, Field, Item, Matching, Sheet, sound_needs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from contextlib import AbstractContextManager

    from plans.domain.step import Step
    from plans.store.format import Files, Patch

    type _Task = dict[str, object]

_FILE = re.compile(r"([1-9][0-9]{0,8})\.json")
_SESSION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A list that nobody named is called after its session's id."""
_MARK: Final = ".highwatermark"
"""The highest number ever given, once its file may be gone."""
_LOCK: Final = ".lock.lock"
"""The library it locks with makes a folder beside the file ``.lock``."""
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
_WORDS: Final = {status.value: status for status in (Status.PENDING, Status.IN_PROGRESS, Status.COMPLETED)}


class ClaudeTasks:
    """The lists under ``~/.claude/tasks``, or where CLAUDE_CONFIG_DIR says."""

    kind = "claude"
    label = "Claude Code"
    prefix = "claude"
    matching = Matching.NUMBER
    holds = frozenset(Field) - {Field.PHASE}
    own: frozenset[str] = frozenset()
    max_bytes = 10 * 1024 * 1024
    refused: Mapping[str, str] = {}

    # Looking around

    def places(self, variables: Mapping[str, str], here: str) -> list[str]:  # noqa: ARG002
        """Name the one folder of its tasks."""
        home = variables.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - as everywhere in this room
        return [f"{variables.get('CLAUDE_CONFIG_DIR') or f'{home}/.claude'}/tasks"]

    def lists(self, place: str) -> list[str]:
        """Name the lists that have a task; most sessions leave an empty one behind."""
        try:
            with os.scandir(place) as entries:
                names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [name for name in names if name[0] != "." and self.is_list(self.files(place, name) or ())]

    def folder(self, place: str, name: str) -> str:
        return f"{place}/{name}"

    def files(self, place: str, name: str) -> list[str] | None:
        try:
            found = os.listdir(f"{place}/{name}")  # noqa: PTH208
        except (FileNotFoundError, NotADirectoryError):
            return None
        return [file for file in found if file == _MARK or _FILE.fullmatch(file)]

    def is_list(self, files: Collection[str]) -> bool:
        return any(file != _MARK for file in files)

    def list_of(self, place: str, path: str) -> str | None:
        name, _, file = os.path.relpath(path, place).partition(os.sep)
        whole = not file or file == _MARK or _FILE.fullmatch(file) is not None
        return name if whole and not name.startswith(".") else None

    # Reading

    def parse(self, files: Files, name: str) -> Sheet:
        """Read a list; tasks it keeps for itself are left out."""
        tasks = {number: _read(file, files[file]) for file, number in _numbered(files)}
        shown = {str(number): task for number, task in tasks.items() if not _is_internal(task)}
        needs, circles = sound_needs(_needs(shown))
        strange = [_strange(key, task) for key, task in shown.items() if task.get("status") not in _WORDS]
        return Sheet(
            items=tuple(_item(key, task, needs[key]) for key, task in shown.items()),
            title=f"Session {name[:8]}" if _SESSION.fullmatch(name) else name,
            next_number=max([*tasks, _marked(files)], default=0) + 1,
            warnings=(*circles, *strange),
        )

    def seen(self, step: Step) -> Status | None:
        """A cancelled step's file is removed; what needs a person goes on being worked on."""
        if step.status in {Status.COMPLETED, Status.PENDING}:
            return step.status
        if step.status is Status.CANCELLED:
            return None
        return Status.PENDING if step.is_gate else Status.IN_PROGRESS

    # Writing

    def patch(self, files: Files, wanted: Sheet, *, at: int) -> Patch:  # noqa: ARG002 - tasks hold no times
        """Change the keys that must change; a removed task's number is kept from being given again."""
        before = {item.key: item for item in self.parse(files, "").items}
        after = {item.key: item for item in wanted.items}
        tasks = {key: _read(f"{key}.json", files[f"{key}.json"]) for key in before}
        for key, item in after.items():
            tasks[key] = _updated(tasks[key], before[key], item) if key in before else _new(item)
        _tie(tasks, {key: item.needs for key, item in before.items()}, after)
        changes: dict[str, bytes | None] = {}
        for key in after:
            data = _text(tasks[key])
            if key not in before or tasks[key] != _read("", files[f"{key}.json"]):
                changes[f"{key}.json"] = data
        gone = [key for key in before if key not in after]
        return _removals(gone, _marked(files)) | changes

    def locked(self, place: str, name: str, *, wait: float) -> AbstractContextManager[str]:
        return folder_lock.locked(f"{place}/{name}", _LOCK, what=f"the tasks of {name}", wait=wait)

    def release_leftover(self, place: str, name: str, identity: str) -> None:
        folder_lock.release_leftover(f"{place}/{name}", _LOCK, identity)


def _numbered(files: Files) -> list[tuple[str, int]]:
    """Give the task files with their numbers, by number: 10 comes after 9."""
    found = [(file, int(match[1])) for file in files if (match := _FILE.fullmatch(file))]
    return sorted(found, key=lambda pair: pair[1])


def _marked(files: Files) -> int:
    """Read the highest number ever given; a damaged one counts as none."""
    text = files.get(_MARK, b"").strip()
    return int(text) if text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - numbers have nine digits


def _read(file: str, data: bytes) -> _Task:
    try:
        value, _ = json_text.parse(data)
    except json_text.BadJson as bad:
        where = f"line {bad.line}, column {bad.column}"
        wrong = BadList(f"Task file {file} is not valid JSON: {bad} ({where})", file=file, place=bad)
        raise wrong from None
    except json_text.TooDeep as deep:
        message = f"Task file {file} is {deep}"
        raise BadList(message, file=file) from None
    if not isinstance(value, dict) or not isinstance(value.get("subject"), str):
        message = f"Task file {file} holds no task: it has no subject"
        raise BadList(message, file=file)
    return value


def _is_internal(task: _Task) -> bool:
    metadata = task.get("metadata")
    return isinstance(metadata, dict) and metadata.get("_internal") is True


def _needs(tasks: Mapping[str, _Task]) -> dict[str, list[str]]:
    """Give what each task waits for; either of the two directions says it."""
    needs = {key: _ids(task, "blockedBy") for key, task in tasks.items()}
    for key, task in tasks.items():
        for user in _ids(task, "blocks"):
            if user in needs and key not in needs[user]:
                needs[user].append(key)
    return needs


def _ids(task: _Task, name: str) -> list[str]:
    value = task.get(name)
    return [str(one) for one in value if isinstance(one, str | int)] if isinstance(value, list) else []


def _item(key: str, task: _Task, needs: tuple[str, ...]) -> Item:
    active = task.get("activeForm")
    return Item(
        key=key,
        title=str(task["subject"]) or UNTITLED,
        status=_WORDS.get(str(task.get("status")), Status.PENDING),
        active_form=active if isinstance(active, str) else None,
        notes=_as_text(task.get("description")),
        owner=plain_owner(task.get("owner")),
        needs=tuple(sorted(needs)),
    )


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _strange(key: str, task: _Task) -> str:
    return f"Task {key} has the unknown status {task.get('status')!r}; it is shown as pending."


def _updated(task: _Task, was: Item, now: Item) -> _Task:
    """Set the keys whose meaning changes; a key that is new gets the place where Claude Code writes it."""
    changes: _Task = {}
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


def _with(task: _Task, changes: _Task) -> _Task:
    """Put values into a task: None takes a key away."""
    merged = {**task, **changes}
    for name in [name for name in changes if name not in task]:
        merged = _placed(merged, name)
    return {name: value for name, value in merged.items() if name not in changes or value is not None}


def _placed(task: _Task, name: str) -> _Task:
    """Move a key behind those that come before it."""
    earlier = _ORDER[: _ORDER.index(name)]
    rest = [key for key in task if key != name]
    at = max((index + 1 for index, key in enumerate(rest) if key in earlier), default=0)
    return {key: task[key] for key in (*rest[:at], name, *rest[at:])}


def _new(item: Item) -> _Task:
    task: _Task = {"id": item.key, "subject": item.title, "description": item.notes}
    if item.active_form is not None:
        task["activeForm"] = item.active_form
    if item.owner is not None:
        task["owner"] = item.owner
    return task | {"status": item.status.value, "blocks": [], "blockedBy": []}


def _tie(tasks: dict[str, _Task], before: Mapping[str, tuple[str, ...]], after: Mapping[str, Item]) -> None:
    """Say changed needs in both directions; what is not shown here stays as it is."""
    for key, item in after.items():
        was = set(before.get(key, ()))
        for need in [need for need in item.needs if need not in was]:
            tasks[key] = _listed(tasks[key], "blockedBy", need)
            tasks[need] = _listed(tasks[need], "blocks", key)
        for need in was - set(item.needs):
            if need in after:  # a removed task's number stays, as Claude Code leaves it
                tasks[key] = _unlisted(tasks[key], "blockedBy", need)
                tasks[need] = _unlisted(tasks[need], "blocks", key)


def _listed(task: _Task, name: str, other: str) -> _Task:
    ids = _ids(task, name)
    return task if other in ids else _with(task, {name: [*ids, other]})


def _unlisted(task: _Task, name: str, other: str) -> _Task:
    ids = _ids(task, name)
    return _with(task, {name: [one for one in ids if one != other]}) if other in ids else task


def _removals(gone: list[str], marked: int) -> dict[str, bytes | None]:
    """Remove tasks; the mark comes first, so that whoever is interrupted loses no number."""
    if not gone:
        return {}
    highest = max(int(key) for key in gone)
    changes: dict[str, bytes | None] = {_MARK: str(highest).encode()} if highest > marked else {}
    return changes | {f"{key}.json": None for key in gone}


def _text(task: _Task) -> bytes:
    """Write the bytes that ``JSON.stringify(task, null, 2)`` gives."""
    return json_text.encode(json.dumps(task, indent=2, ensure_ascii=False))
