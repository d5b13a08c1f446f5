"""OpenSpec's changes: the checkboxes of ``tasks.md`` are the steps, its groups their phases."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plans.domain.step import Status
from plans.store.formats.checkboxes import boxes
from plans.store.sheet import Field, Matching, Sheet

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from plans.domain.step import Step
    from plans.store.format import Files

_FILE = "tasks.md"
_DONE = "archive"


class OpenSpec:
    """The changes under ``openspec`` of a project, each a list of its own."""

    kind = "openspec"
    label = "OpenSpec"
    prefix = "openspec"
    matching = Matching.TEXT
    holds = frozenset({Field.TITLE, Field.STATUS, Field.NOTES, Field.PHASE})
    own: frozenset[str] = frozenset()
    max_bytes = 10 * 1024 * 1024

    def places(self, variables: Mapping[str, str], here: str) -> list[str]:  # noqa: ARG002
        """Name the folder of changes in the project that the board was started in."""
        return [f"{here}/openspec/changes"]

    def lists(self, place: str) -> list[str]:
        """Name the changes that are not archived."""
        try:
            with os.scandir(place) as entries:
                names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [name for name in names if self.files(place, name)]

    def folder(self, place: str, name: str) -> str:
        return f"{place}/{name}"

    def files(self, place: str, name: str) -> list[str] | None:
        if name.startswith(".") or name == _DONE or "/" in name:
            return None
        return [_FILE] if os.path.lexists(f"{place}/{name}/{_FILE}") else None

    def is_list(self, files: Collection[str]) -> bool:
        return bool(files)

    def list_of(self, place: str, path: str) -> str | None:
        name, _, file = os.path.relpath(path, place).partition(os.sep)
        ours = file in {"", _FILE} and not name.startswith(".") and name != _DONE
        return name if ours else None

    def parse(self, files: Files, name: str) -> Sheet:
        """Read a change's tasks."""
        content = files[_FILE].decode("utf-8", errors="replace")
        return Sheet(items=tuple(box.item for box in boxes(content)), title=name)

    def seen(self, step: Step) -> Status:
        """The box is the whole state."""
        return Status.COMPLETED if step.status is Status.COMPLETED else Status.PENDING
