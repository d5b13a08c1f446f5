"""docker-agent's shared plans: one markdown document each, with a free-form status and a revision.

The rules are those of its storage (docker/docker-agent, PRs #3227 to #3844): what it accepts is read, what
it refuses is refused in its words, and what we write has the bytes that its own encoder gives.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from plans.domain.errors import Busy
from plans.domain.step import Status
from plans.store.bad_file import BadFile
from plans.store.formats.checkboxes import boxes, checked
from plans.store.formats.docker_document import read, written
from plans.store.formats.openclaw import CoreStep
from plans.store.matching import by_text
from plans.store.paths import storage_failed
from plans.store.sheet import Field, Matching, Sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from plans.domain.step import Step
    from plans.store.format import Files, Patch, Removed
    from plans.store.sheet import Item

_LOCK: Final = ".plans.lock"
_PAUSE: Final = 0.01
_MOST_CONTENT: Final = 10 * 1024 * 1024


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
        return Sheet(
            items=items,
            title=document.title or name,
            status=document.status,
            document=document.content,
        )

    def seen(self, step: Step) -> Status:
        """A box is checked or it is not."""
        return Status.COMPLETED if step.status is Status.COMPLETED else Status.PENDING

    # Writing

    def patch(self, files: Files, wanted: Sheet, *, at: int, removed: Removed) -> Patch:  # noqa: ARG002
        """Change the boxes that must change, as the next revision of the document."""
        if not files:
            message = "the document is gone, and all of its text that is no step with it"
            raise BadFile(message)
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
            raise BadFile(message, file=file)
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
            while not _flocked(fd, path):
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


def _content(content: str, wanted: tuple[Item, ...]) -> str:
    """Change the boxes that must change; which of them is meant is told by text and place."""
    is_of_windows = content.count("\n") == content.count("\r\n") > 0
    content = content.replace("\r\n", "\n") if is_of_windows else content
    there = boxes(content)
    found = aligned([box.item for box in there], wanted)
    items = {index: item for index, item in zip(found, wanted, strict=True) if index is not None}
    added = [item for index, item in zip(found, wanted, strict=True) if index is None]
    pairs = [(box, items.get(index)) for index, box in enumerate(there)]
    changed = checked(content, [(box, item) for box, item in pairs if box.item != item], added=added)
    return changed.replace("\n", "\r\n") if is_of_windows else changed


def aligned(there: Sequence[Item], wanted: Sequence[Item]) -> list[int | None]:
    """Say which item of a document each wanted one is: those before and behind a change are the same."""
    front, back = _alike(there, wanted)
    ours, theirs = wanted[front : len(wanted) - back], there[front : len(there) - back]
    changed = _by_title([item.title for item in theirs], [item.title for item in ours])
    between = [front + index if index is not None else None for index in changed]
    return [*range(front), *between, *range(len(there) - back, len(there))]


def _alike(there: Sequence[Item], wanted: Sequence[Item]) -> tuple[int, int]:
    """Count the items at the start, and those left at the end, that are wholly the same."""
    most = min(len(there), len(wanted))
    front = next((at for at in range(most) if there[at] != wanted[at]), most)
    left = range(1, most - front + 1)
    return front, next((at - 1 for at in left if there[-at] != wanted[-at]), most - front)


def _by_title(there: list[str], wanted: list[str]) -> list[int | None]:
    """Say which title of a document each wanted one is: the same, or one in its place between the same."""
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
    return file.endswith(".json") and not file.startswith(".") and file.isprintable()


def _flocked(fd: int, path: str) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise storage_failed(error, "lock", path) from error
    return True
