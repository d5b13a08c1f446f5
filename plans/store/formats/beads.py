"""beads' export: one JSON issue a line; the truth is its database, and this file is only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from plans.domain.step import Status
from plans.store import json_text
from plans.store.bad_file import BadFile
from plans.store.formats.plain_owner import plain_owner
from plans.store.formats.viewing import OneListAProject
from plans.store.formats.words import status_of
from plans.store.sheet import UNTITLED, Item, Sheet, sound_needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.store.format import Files

    type _Issue = dict[str, object]

_FILE = "issues.jsonl"
_WORDS = {
    "in progress": Status.IN_PROGRESS,
    "hooked": Status.IN_PROGRESS,
    "blocked": Status.BLOCKED,
    "closed": Status.COMPLETED,
    "tombstone": Status.CANCELLED,
}


class Beads(OneListAProject):
    """The issues under ``.beads`` of a project."""

    kind = "beads"
    label = "beads"
    prefix = "beads"
    within = ".beads"

    def is_ours(self, file: str) -> bool:
        return file == _FILE

    def parse(self, files: Files, name: str) -> Sheet:
        """Read the issues; a later line of the same id replaces the earlier one."""
        issues = {str(issue["id"]): issue for issue in _issues(files[_FILE])}
        needs, circles = sound_needs({key: _linked(issue, "blocks") for key, issue in issues.items()})
        items = tuple(replace(_item(key, issues), needs=needs[key]) for key in issues)
        return Sheet(items=items, title=name, warnings=circles)


def _issues(data: bytes) -> Iterator[_Issue]:
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            value, _ = json_text.parse(line)
        except (json_text.BadJson, json_text.TooDeep) as bad:
            message = f"{_FILE} is not valid JSON in line {number}: {bad}"
            raise BadFile(message, file=_FILE) from None
        if not isinstance(value, dict) or not isinstance(value.get("id"), str):
            message = f"{_FILE} holds no issue in line {number}"
            raise BadFile(message, file=_FILE)
        yield value


def _item(key: str, issues: dict[str, _Issue]) -> Item:
    issue = issues[key]
    parents = [parent for parent in _linked(issue, "parent-child") if parent in issues and parent != key]
    texts = [issue.get(name) for name in ("description", "acceptance_criteria")]
    return Item(
        key=key,
        title=_title(issue),
        status=status_of(issue.get("status"), _WORDS),
        notes="\n\n".join(text for text in texts if isinstance(text, str) and text),
        owner=plain_owner(issue.get("assignee")),
        phase=_title(issues[parents[0]]) if parents else "",
    )


def _title(issue: _Issue) -> str:
    title = issue.get("title")
    return title if isinstance(title, str) and title else UNTITLED


def _linked(issue: _Issue, kind: str) -> list[str]:
    """Name what an issue depends on in one way."""
    links = issue.get("dependencies")
    found = [link for link in links if isinstance(link, dict)] if isinstance(links, list) else []
    return [str(link.get("depends_on_id")) for link in found if link.get("type") == kind]
