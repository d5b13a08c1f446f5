"""Claude Code's tasks: one JSON file each, in a folder for each list (observed with version 2.1.211)."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING, Final

from plans.domain.step import Status
from plans.store.bad_file import BadFile, json_in
from plans.store.formats import folder_lock
from plans.store.formats.claude_writing import (
    MARK,
    again,
    ids_in,
    needs_first,
    new,
    removals,
    text,
    tie,
    updated,
)
from plans.store.formats.plain_owner import plain_owner
from plans.store.sheet import UNTITLED, Field, Item, Matching, Sheet, sound_needs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from contextlib import AbstractContextManager

    from plans.domain.step import Step
    from plans.store.format import Files, Patch, Removed
    from plans.store.formats.claude_writing import Task

_FILE = re.compile(r"([1-9][0-9]{0,8})\.json")
_SESSION = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A list that nobody named is called after its session's id."""
_LOCK: Final = ".lock.lock"
"""The library it locks with makes a folder beside the file ``.lock``."""
_MARK_BYTES: Final = 100
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
        if os.path.islink(f"{place}/{name}"):  # noqa: PTH114
            return None
        try:
            found = os.listdir(f"{place}/{name}")  # noqa: PTH208
        except (FileNotFoundError, NotADirectoryError):
            return None
        return [
            file
            for file in found
            if _FILE.fullmatch(file) or (file == MARK and _is_number(f"{place}/{name}/{file}"))
        ]

    def is_list(self, files: Collection[str]) -> bool:
        return any(file != MARK for file in files)

    def list_of(self, place: str, path: str) -> str | None:
        name, _, file = os.path.relpath(path, place).partition(os.sep)
        whole = not file or file == MARK or _FILE.fullmatch(file) is not None
        return name if whole and not name.startswith(".") else None

    # Reading

    def parse(self, files: Files, name: str) -> Sheet:
        """Read a list; tasks it keeps for itself are left out."""
        tasks = {number: _read(file, files[file]) for file, number in _numbered(files)}
        shown = {str(number): task for number, task in tasks.items() if not _is_internal(task)}
        needs, circles = sound_needs({key: ids_in(task, "blockedBy") for key, task in shown.items()})
        strange = [
            _strange(key, task) for key, task in shown.items() if str(task.get("status")) not in _WORDS
        ]
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

    def patch(self, files: Files, wanted: Sheet, *, at: int, removed: Removed) -> Patch:  # noqa: ARG002
        """Change the keys that must change; a removed task's number is kept from being given again.

        Tasks hold no times, so ``at`` says nothing.
        """
        before = {item.key: item for item in self.parse(files, "").items}
        after = {item.key: item for item in wanted.items}
        was = {key: _read(f"{key}.json", files[f"{key}.json"]) for key in before}
        tasks = dict(was)
        for key, item in after.items():
            if key in before:
                tasks[key] = updated(tasks[key], before[key], item)
            else:
                tasks[key] = _made(item, removed(f"{key}.json"), shown=after)
        tie(tasks, {key: item.needs for key, item in before.items()}, after)
        changed = [key for key in after if tasks[key] is not was.get(key)]
        gone = [key for key in before if key not in after]
        texts = {f"{key}.json": text(tasks[key]) for key in needs_first(changed, before, after)}
        return {**removals(gone, _marked(files)), **texts}

    def locked(self, place: str, name: str, *, wait: float) -> AbstractContextManager[str]:
        return folder_lock.locked(f"{place}/{name}", _LOCK, what=f"the tasks of {name}", wait=wait)

    def release_leftover(self, place: str, name: str, identity: str) -> None:
        folder_lock.release_leftover(f"{place}/{name}", _LOCK, identity)


def _numbered(files: Files) -> list[tuple[str, int]]:
    """Give the task files with their numbers, by number: 10 comes after 9."""
    found = [(file, int(match[1])) for file in files if (match := _FILE.fullmatch(file))]
    return sorted(found, key=lambda pair: pair[1])


def _is_number(path: str) -> bool:
    """Tell whether the mark is a file that can hold a number: any other thing counts as none."""
    try:
        facts = os.stat(path, follow_symlinks=False)  # noqa: PTH116
    except OSError:
        return False
    return stat.S_ISREG(facts.st_mode) and facts.st_size < _MARK_BYTES and os.access(path, os.R_OK)


def _marked(files: Files) -> int:
    """Read the highest number ever given; a damaged one counts as none."""
    text = files.get(MARK, b"").strip()
    return int(text) if text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - numbers have nine digits


def _read(file: str, data: bytes) -> Task:
    value, _ = json_in(data, what=f"Task file {file}", file=file)
    if not isinstance(value, dict) or not isinstance(value.get("subject"), str):
        message = f"Task file {file} holds no task: it has no subject"
        raise BadFile(message, file=file)
    return value


def _made(item: Item, said: bytes | None, *, shown: Mapping[str, Item]) -> Task:
    """Make a task; one that we removed comes back as it ``said``, but for what changed."""
    if said is None:
        return new(item)
    try:
        task = _read(f"{item.key}.json", said)
    except BadFile:
        return new(item)
    return again(task, _item(item.key, task, ()), item, shown=shown)


def _is_internal(task: Task) -> bool:
    metadata = task.get("metadata")
    return isinstance(metadata, dict) and metadata.get("_internal") is True


def _item(key: str, task: Task, needs: tuple[str, ...]) -> Item:
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


def _strange(key: str, task: Task) -> str:
    return f"Task {key} has the unknown status {task.get('status')!r}; it is shown as pending."
