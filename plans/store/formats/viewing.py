"""What formats share that are only read: one list in a folder of a project, shown as it stands."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from plans.store.sheet import Field, Matching

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from plans.domain.step import Status, Step


class OneListAProject(ABC):
    """A program that keeps one list in a folder of each project; the list is called after the project."""

    matching = Matching.ID
    holds = frozenset(Field)
    own: frozenset[str] = frozenset()
    max_bytes = 50 * 1024 * 1024
    within: str
    """Its folder in a project."""
    inner: str = ""
    """The folder of the files in that, if it is another one."""

    def places(self, variables: Mapping[str, str], here: str) -> list[str]:  # noqa: ARG002
        """Name its folder in the project that the board was started in."""
        return [f"{here}/{self.within}"]

    def lists(self, place: str) -> list[str]:
        name = os.path.basename(os.path.dirname(place))  # noqa: PTH119, PTH120
        return [name] if self.files(place, name) else []

    def folder(self, place: str, name: str) -> str:  # noqa: ARG002
        return f"{place}/{self.inner}" if self.inner else place

    def files(self, place: str, name: str) -> list[str] | None:
        if name != os.path.basename(os.path.dirname(place)):  # noqa: PTH119, PTH120
            return None
        try:
            found = os.listdir(self.folder(place, name))  # noqa: PTH208
        except (FileNotFoundError, NotADirectoryError):
            return None
        return sorted(file for file in found if self.is_ours(file)) or None

    @abstractmethod
    def is_ours(self, file: str) -> bool:
        """Tell whether a file of the folder belongs to the list."""

    def is_list(self, files: Collection[str]) -> bool:
        return bool(files)

    def list_of(self, place: str, path: str) -> str | None:
        name = os.path.basename(os.path.dirname(place))  # noqa: PTH119, PTH120
        folder, file = os.path.split(path)
        return name if folder == self.folder(place, name) and self.is_ours(file) else None

    def seen(self, step: Step) -> Status:
        """Nothing is changed here, so all of it is as the files say."""
        return step.status
