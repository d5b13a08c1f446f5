"""docker-agent's shared plans: one markdown document each, with a free-form status and a revision.

The rules are those of its storage (docker/docker-agent, PRs #3227 to #3844): what it accepts is read, what
it refuses is refused in its words, and what we write has the bytes that its own encoder gives.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from plans.domain.errors import Busy
from plans.domain.step import Status
from plans.store import json_text
from plans.store.format import BadList
from plans.store.formats.checkboxes import boxes, checked
from plans.store.formats.openclaw import CoreStep
from plans.store.matching import by_text
from plans.store.paths import storage_failed
from plans.store.sheet import Field, Matching, Sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from plans.domain.step import Step
    from plans.store.format import Files, Patch
    from plans.store.sheet import Item

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_LOCK: Final = ".plans.lock"
_PAUSE: Final = 0.01
_MOST_CONTENT: Final = 10 * 1024 * 1024
_MOST: Final = 2**63
_TEXTS: Final = ("name", "title", "content", "author", "status", "updatedAt")
_HALF = re.compile("[\ud800-\udfff]")
_ESCAPED: Final = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


class Document(NamedTuple):
    """What one of its files holds."""

    name: str
    title: str = ""
    content: str = ""
    author: str = ""
    status: str = ""
    revision: int = 0
    updated_at: str = ""


class DockerAgent:
    """The plans under ``~/.cagent/plans``."""

    kind = "docker"
    label = "docker-agent"
    prefix = "docker"
    matching = Matching.TEXT
    holds = frozenset({Field.TITLE, Field.STATUS, Field.NOTES, Field.PHASE})
    own = frozenset({"title", "status"})
    max_bytes = 73_400_320
    refused: Mapping[str, str] = {
        "move": "The order of the steps is that of the document, which docker-agent keeps",
    }

    # Looking around

    def places(self, variables: Mapping[str, str], here: str) -> list[str]:  # noqa: ARG002
        """Name the one folder of its plans."""
        home = variables.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - as everywhere in this room
        return [f"{home}/.cagent/plans"]

    def lists(self, place: str) -> list[str]:
        """Name its plans, those with a name that it refuses, too: its own list shows them."""
        try:
            with os.scandir(place) as entries:
                names = [entry.name for entry in entries if not entry.is_dir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [name.removesuffix(".json") for name in names if _is_plan(name)]

    def folder(self, place: str, name: str) -> str:  # noqa: ARG002
        return place

    def files(self, place: str, name: str) -> list[str] | None:
        file = f"{name}.json"
        return [file] if "/" not in name and os.path.lexists(f"{place}/{file}") else None

    def is_list(self, files: Collection[str]) -> bool:
        return bool(files)

    def list_of(self, place: str, path: str) -> str | None:
        file = os.path.relpath(path, place)
        return file.removesuffix(".json") if "/" not in file and _is_plan(file) else None

    # Reading

    def parse(self, files: Files, name: str) -> Sheet:
        """Read a plan: its checkboxes are the steps."""
        document = read(files[f"{name}.json"], name)
        items = tuple(box.item for box in boxes(document.content))
        return Sheet(items=items, title=document.title or name, status=document.status)

    def seen(self, step: Step) -> Status:
        """A box is checked or it is not."""
        return Status.COMPLETED if step.status is Status.COMPLETED else Status.PENDING

    # Writing

    def patch(self, files: Files, wanted: Sheet, *, at: int) -> Patch:
        """Change the boxes that must change, as the next revision of the document."""
        if not files:
            message = "the document is gone, and all of its text that is no step with it"
            raise BadList(message)
        (file,) = files
        name = file.removesuffix(".json")
        was = read(files[file], name)
        now = was._replace(content=_content(was.content, wanted.items), status=wanted.status)
        if wanted.title != (was.title or name):
            now = now._replace(title=wanted.title)
        if now == was:
            return {}
        if len(now.content.encode()) > _MOST_CONTENT:
            message = "docker-agent reads at most 10 MiB of content"
            raise BadList(message, file=file)
        moment = datetime.fromtimestamp(at // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {file: written(now._replace(revision=was.revision + 1, updated_at=moment))}

    @contextmanager
    def locked(self, place: str, name: str, *, wait: float) -> Iterator[str]:  # noqa: ARG002
        """Hold the lock of all its plans; the kernel frees it when we die."""
        path = f"{place}/{_LOCK}"
        try:
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise storage_failed(error, "lock", path) from error
        try:
            deadline = time.monotonic() + wait
            while not _flocked(fd):
                if time.monotonic() >= deadline:
                    message = (
                        f"Another program has locked the plans of docker-agent for longer than {wait:.0f} s"
                    )
                    raise Busy(message)
                time.sleep(_PAUSE)
            yield ""
        finally:
            os.close(fd)

    def release_leftover(self, place: str, name: str, identity: str) -> None:
        """Nothing is ever left: the kernel frees this lock."""


def read(data: bytes, name: str) -> Document:
    """Read a plan's file as Go does: keys in any case, null for nothing, half characters replaced."""
    if not _NAME.fullmatch(name):
        message = (
            f'invalid plan name "{name}": use only lowercase letters, digits, '
            "'-' and '_', starting with a letter or digit"
        )
        raise BadList(message)
    file = f"{name}.json"
    try:
        value, _ = json_text.parse(data)
    except json_text.BadJson as bad:
        message = f"plan file {file} is corrupt: {bad} (line {bad.line}, column {bad.column})"
        raise BadList(message, file=file, place=bad) from None
    except json_text.TooDeep as deep:
        message = f"plan file {file} is corrupt: {deep}"
        raise BadList(message, file=file) from None
    try:
        return _document({} if value is None else value, name)
    except _WrongType as wrong:
        message = f"plan file {file} is corrupt: json: cannot unmarshal {wrong}"
        raise BadList(message, file=file) from None


def written(document: Document) -> bytes:
    """Write the bytes that Go's encoder gives."""
    value: dict[str, object] = {"name": document.name, "title": document.title, "content": document.content}
    value |= {"author": document.author, "status": document.status}
    value |= {"revision": document.revision, "updatedAt": document.updated_at}
    kept = {key: part for key, part in value.items() if part != "" or key in {"name", "content", "updatedAt"}}
    return json.dumps(kept, indent=2, ensure_ascii=False).translate(_ESCAPED).encode()


class _WrongType(ValueError):
    """A value has a type that Go does not put into its field; the text goes on from "cannot unmarshal"."""


def _document(value: object, name: str) -> Document:
    if not isinstance(value, dict):
        message = f"{_go_type(value)} into Go value of type plan.Plan"
        raise _WrongType(message)
    texts = dict.fromkeys(_TEXTS, "")
    revision = 0
    known = {key.lower(): key for key in _TEXTS}
    for key, part in value.items():
        if key.lower() == "revision":
            revision = revision if part is None else _integer(part)
        elif key.lower() in known:
            texts[known[key.lower()]] = _text(part, known[key.lower()], was=texts[known[key.lower()]])
    return Document(
        name=name,
        title=texts["title"],
        content=texts["content"],
        author=texts["author"],
        status=texts["status"],
        revision=revision,
        updated_at=texts["updatedAt"],
    )


def _text(part: object, field: str, *, was: str) -> str:
    if part is None:
        return was
    if not isinstance(part, str):
        message = f"{_go_type(part)} into Go struct field Plan.{field} of type string"
        raise _WrongType(message)
    return _HALF.sub("\ufffd", part)


def _integer(part: object) -> int:
    if isinstance(part, int) and not isinstance(part, bool) and -_MOST <= part < _MOST:
        return part
    shown = f"number {part}" if _go_type(part) == "number" else _go_type(part)
    message = f"{shown} into Go struct field Plan.revision of type int"
    raise _WrongType(message)


def _go_type(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def _content(content: str, wanted: tuple[Item, ...]) -> str:
    """Change the boxes that must change; which of them is meant is told by text and place."""
    there = boxes(content)
    found = aligned([box.item.title for box in there], [item.title for item in wanted])
    pairs = [
        (there[index] if index is not None else None, item) for index, item in zip(found, wanted, strict=True)
    ]
    taken = {index for index in found if index is not None}
    gone = [(box, None) for index, box in enumerate(there) if index not in taken]
    changed = [(box, item) for box, item in pairs if box is None or box.item != item]
    return checked(content, [*changed, *gone]) if changed or gone else content


def aligned(there: list[str], wanted: list[str]) -> list[int | None]:
    """Say which text of a document each wanted one is: the same, or one in its place between the same."""
    found = by_text(list(enumerate(there)), [CoreStep(text, "") for text in wanted])
    left = [index for index in range(len(there)) if index not in found]
    before = -1
    for place, index in enumerate(found):
        if index is not None:
            before = index
        elif before + 1 in left:
            before += 1
            found[place] = before
            left.remove(before)
    return found


def _is_plan(file: str) -> bool:
    return file.endswith(".json") and not file.startswith(".")


def _flocked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
