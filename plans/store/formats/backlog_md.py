"""Backlog.md's tasks: a markdown file each, with what a board needs in its front matter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.step import Status
from plans.store.bad_file import BadFile
from plans.store.formats.plain_owner import plain_owner
from plans.store.formats.viewing import OneListAProject
from plans.store.formats.words import status_of
from plans.store.sheet import UNTITLED, Item, Sheet, sound_needs

if TYPE_CHECKING:
    from plans.store.format import Files

    type _Facts = dict[str, list[str]]
    """Front matter; a plain value is a list of one."""
    type _Task = tuple[str, Item, list[str]]
    """Its id, what it says, and the ids of what it needs."""

_FILE = re.compile(r"[A-Za-z]+-[0-9][0-9.]* - .*\.md")
_MATTER = re.compile(r"---\n(.*?\n)---[ \t]*(?:\n(.*))?", re.DOTALL)
_FACT = re.compile(r"([A-Za-z_]+):[ \t]*(.*)")
_ENTRY = re.compile(r"[ \t]*-[ \t]+(.*)")
_BLOCK = re.compile(r"[>|][-+0-9]*")
_NUMBER = re.compile(r"[0-9]+")
_MARKS = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_WORDS = {"in progress": Status.IN_PROGRESS, "done": Status.COMPLETED}


class BacklogMd(OneListAProject):
    """The tasks under ``backlog/tasks`` of a project."""

    kind = "backlog"
    label = "Backlog.md"
    prefix = "backlog"
    within = "backlog"
    inner = "tasks"

    def is_ours(self, file: str) -> bool:
        return _FILE.fullmatch(file) is not None

    def parse(self, files: Files, name: str) -> Sheet:
        """Read the tasks, by their numbers; one that cannot be read stays as it was and hides no other."""
        read: list[_Task] = []
        unread: dict[str, str] = {}
        for file in files:
            try:
                read.append(_task(file, files[file]))
            except BadFile as bad:
                unread[_key_of(file)] = (
                    f"{bad}; until it is mended the task is shown as it was, or not at all."
                )
        found = {key: (item, needs) for key, item, needs in sorted(read, key=lambda task: _order(task[0]))}
        needs, circles = sound_needs(
            dict.fromkeys(unread, ()) | {key: wanted for key, (_, wanted) in found.items()}
        )
        items = tuple(replace(item, needs=needs[key]) for key, (item, _) in found.items())
        warnings = (*unread.values(), *circles)
        return Sheet(items=items, title=name, warnings=warnings, unread=frozenset(unread))


def _key_of(file: str) -> str:
    """Tell from its name whose file it is."""
    return file.partition(" ")[0].upper()


def _task(file: str, data: bytes) -> _Task:
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    found = _MATTER.fullmatch(text)
    if found is None:
        message = f"{file} has no front matter"
        raise BadFile(message, file=file)
    facts = _facts(found[1])
    key = _first(facts, "id").upper()
    if not key:
        message = f"{file} has no id in its front matter"
        raise BadFile(message, file=file)
    item = Item(
        key=key,
        title=_first(facts, "title") or UNTITLED,
        status=status_of(_first(facts, "status"), _WORDS),
        notes=_MARKS.sub("", found[2] or "").strip(),
        owner=plain_owner(_first(facts, "assignee").removeprefix("@")),
        phase=_first(facts, "milestone"),
    )
    return key, item, [need.upper() for need in facts.get("dependencies", [])]


def _facts(matter: str) -> _Facts:
    """Read the few forms of YAML that its files have: a value, a block, a list in brackets or of lines."""
    facts: _Facts = {}
    blocks: set[str] = set()
    name = ""
    for line in matter.split("\n"):
        fact, entry = _FACT.fullmatch(line), _ENTRY.fullmatch(line)
        if fact is not None:
            name = fact[1]
            facts[name] = _values(fact[2])
            blocks.discard(name)
            if _BLOCK.fullmatch(fact[2].strip()):
                facts[name] = []
                blocks.add(name)
        elif name in blocks and line[:1] in {" ", "\t"}:
            facts[name].append(line.strip())
        elif entry is not None and name:
            facts[name].append(_plain(entry[1]))
    return facts | {name: [" ".join(filter(None, facts[name]))] for name in blocks}


def _values(text: str) -> list[str]:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return [_plain(part) for part in text[1:-1].split(",") if part.strip()]
    return [_plain(text)] if text else []


def _plain(text: str) -> str:
    text = text.strip()
    quote = text[:1]
    if len(text) > 1 and quote in "'\"" and text.endswith(quote):
        inner = text[1:-1]
        return inner.replace("''", "'") if quote == "'" else inner.replace('\\"', '"').replace("\\\\", "\\")
    return text


def _first(facts: _Facts, name: str) -> str:
    return next(iter(facts.get(name, [])), "")


def _order(key: str) -> list[tuple[int, str]]:
    """Order by numbers of any length: Python refuses to read one of thousands of digits."""
    numbers = [number.lstrip("0") for number in _NUMBER.findall(key)]
    return [(len(number), number) for number in numbers]
