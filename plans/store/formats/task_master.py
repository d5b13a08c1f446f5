"""Task Master's tasks: one JSON file for all tags of a project; subtasks have their task as phase."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.step import Status
from plans.store.bad_file import BadFile, json_in
from plans.store.formats.plain_owner import plain_owner
from plans.store.formats.viewing import OneListAProject
from plans.store.formats.words import status_of
from plans.store.sheet import UNTITLED, Item, Sheet, sound_needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.store.format import Files

    type _Task = dict[str, object]

_FILE = "tasks.json"
_USUAL_TAG = "master"
_WORDS = {
    "in progress": Status.IN_PROGRESS,
    "review": Status.IN_REVIEW,
    "blocked": Status.BLOCKED,
    "done": Status.COMPLETED,
    "completed": Status.COMPLETED,
    "cancelled": Status.CANCELLED,
}


class TaskMaster(OneListAProject):
    """The tasks under ``.taskmaster`` of a project."""

    kind = "taskmaster"
    label = "Task Master"
    prefix = "taskmaster"
    within = ".taskmaster"
    inner = "tasks"

    def is_ours(self, file: str) -> bool:
        return file == _FILE

    def parse(self, files: Files, name: str) -> Sheet:
        """Read the tasks of every tag; those of another tag than the usual one have it before their ids."""
        listed = [item for tag, tasks in _tags(files[_FILE]) for item in _items(tag, tasks)]
        found = {item.key: item for item in listed}
        needs, circles = sound_needs({key: item.needs for key, item in found.items()})
        items = tuple(replace(item, needs=needs[key]) for key, item in found.items())
        times = Counter(item.key for item in listed)
        twice = [f"Several tasks have the id {key}; the last is shown." for key, n in times.items() if n > 1]
        return Sheet(items=items, title=name, warnings=(*circles, *twice))


def _tags(data: bytes) -> Iterator[tuple[str, list[_Task]]]:
    value, _ = json_in(data, what=_FILE, file=_FILE)
    if not isinstance(value, dict):
        message = f"{_FILE} holds no tasks"
        raise BadFile(message, file=_FILE)
    tagged = {"": value} if isinstance(value.get("tasks"), list) else value
    for tag, part in tagged.items():
        tasks = part.get("tasks") if isinstance(part, dict) else None
        if isinstance(tasks, list):
            yield ("" if tag == _USUAL_TAG else tag), [task for task in tasks if isinstance(task, dict)]


def _items(tag: str, tasks: list[_Task]) -> Iterator[Item]:
    before = f"{tag}/" if tag else ""
    for task in tasks:
        key = f"{before}{task.get('id')}"
        yield _item(task, key=key, phase=tag, needs=tuple(f"{before}{one}" for one in _ids(task)))
        inner = _parts(task)
        names = {str(part.get("id")) for part in inner}
        for part in inner:
            needs = (f"{key}.{one}" if one in names else f"{before}{one}" for one in _ids(part))
            yield _item(part, key=f"{key}.{part.get('id')}", phase=_title(task), needs=tuple(needs))


def _item(task: _Task, *, key: str, phase: str, needs: tuple[str, ...]) -> Item:
    texts = [task.get(name) for name in ("description", "details", "testStrategy")]
    return Item(
        key=key,
        title=_title(task),
        status=status_of(task.get("status"), _WORDS),
        notes="\n\n".join(text for text in texts if isinstance(text, str) and text),
        owner=plain_owner(task.get("assignee")),
        needs=needs,
        phase=phase,
    )


def _title(task: _Task) -> str:
    title = task.get("title")
    return title if isinstance(title, str) and title else UNTITLED


def _ids(task: _Task) -> list[str]:
    value = task.get("dependencies")
    return [str(one) for one in value if isinstance(one, str | int)] if isinstance(value, list) else []


def _parts(task: _Task) -> list[_Task]:
    value = task.get("subtasks")
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []
