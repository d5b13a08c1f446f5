"""The lists of one place: what their plans are called, where their files are, and where their journals."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

from plans.domain.errors import PlanError, PlanNotFound
from plans.store import journal_reading, root_folder
from plans.store.atomic_write import replace_file
from plans.store.board_lock import board_lock
from plans.store.format import Format, Spot
from plans.store.paths import JOURNAL, Folder, storage_failed
from plans.store.sources import disk
from plans.store.sources.naming import folder_of, namespace_of

if TYPE_CHECKING:
    from collections.abc import Callable

_NOTE = "source.json"
"""Says in a journal's folder whose list it is about."""
_NOTE_BYTES = 100_000
_LOCK_WAIT = 10.0


class Names(NamedTuple):
    """Which namespaces lists may have."""

    taken: Callable[[str, str], bool]
    """Whether another plan has a namespace, perhaps for a list of this name."""
    takes: Callable[[str], bool]
    """Whether a namespace is not left out by the setting."""


class Lists:
    """The lists that one program keeps in one place, with the folder of our journals about them."""

    def __init__(self, form: Format, place: str, *, root: str, names: Names) -> None:
        """``root`` is where the journals are."""
        self._form, self._place, self._root, self._names = form, place, root, names
        self._known: dict[str, str] = {}

    def namespaces(self) -> list[str]:
        """Name the plans: lists that are there, and those with a journal. Raises StorageFailed."""
        try:
            names = {*self._form.lists(self._place), *self._noted()}
        except OSError as error:
            raise storage_failed(error, "read", self._place) from error
        called = {self.called(name): name for name in sorted(names)}
        self._known = {called_so: name for called_so, name in called.items() if self._names.takes(called_so)}
        return sorted(self._known)

    def find(self, namespace: str) -> str | None:
        """Name the list behind a plan; None when there is neither a list nor a journal."""
        if not self._names.takes(namespace):
            return None
        known = self._known.get(namespace)
        if known is not None and (self.is_there(known) or self._has_begun(known)):
            return known
        plain = namespace.removeprefix(f"{self._form.prefix}.")
        if self.called(plain) == namespace and self.is_there(plain):
            return plain
        self.namespaces()
        return self._known.get(namespace)

    def name_of(self, namespace: str) -> str:
        """Name the list behind a plan; raises PlanNotFound."""
        name = self.find(namespace)
        if name is None:
            raise PlanNotFound(namespace)
        return name

    def claims(self, namespace: str, name: str) -> bool:
        """Tell whether one of these lists has a namespace: the one it says, or the one of this name."""
        plain = namespace.removeprefix(f"{self._form.prefix}.")
        if plain == namespace:
            return False
        return any(self.is_there(own) and self.called(own) == namespace for own in {plain, name})

    def called(self, name: str) -> str:
        """Name the plan of a list."""
        return namespace_of(
            self._form.prefix,
            name,
            place=self._place,
            taken=lambda namespace: self._names.taken(namespace, name),
        )

    def of_path(self, path: str) -> str | None:
        """Tell which plan a file in the place belongs to."""
        name = self._form.list_of(self._place, path)
        return None if name is None else self.called(name)

    def folders(self, namespace: str) -> tuple[str, str]:
        """Name the folders to be watched for a plan: the files' and the journal's. Raises PlanNotFound."""
        name = self.name_of(namespace)
        return self.spot(name).folder, self.journal_of(name)

    def facts(self, namespace: str) -> list[os.stat_result]:
        """Look at a plan's files without opening them. Raises PlanNotFound, OSError."""
        name = self.name_of(namespace)
        found = disk.stats(self.spot(name))
        try:
            found.append(os.stat(f"{self.journal_of(name)}/{JOURNAL}", follow_symlinks=False))  # noqa: PTH116
        except FileNotFoundError:
            return found
        return found

    def spot(self, name: str) -> Spot:
        return Spot(self._form, self._place, name)

    def is_there(self, name: str) -> bool:
        """Tell whether there is such a list; one that cannot be read is."""
        try:
            found = self.spot(name).files()
        except OSError:
            return True
        return found is not None and self._form.is_list(found)

    # Journals

    def journal_of(self, name: str) -> str:
        """Name the folder of a list's journal."""
        return f"{self._root}/{folder_of(self._form.prefix, name)}"

    def has_journal(self, name: str) -> bool:
        return os.path.isdir(self.journal_of(name))  # noqa: PTH112

    def _has_begun(self, name: str) -> bool:
        return os.path.lexists(f"{self.journal_of(name)}/{JOURNAL}")

    def opened(self, namespace: str) -> Folder:
        """Open the folder of a plan's journal; raises PlanNotFound."""
        return JournalFolder(self._root, folder_of(self._form.prefix, self.name_of(namespace)), namespace)

    def make(self, name: str) -> None:
        """Make the folder of a list's journal, with a note of whose it is; nothing for a list that is not.

        The note is there whole or not at all, and before any journal: one who dies between folder and note
        leaves the note to the next.
        """
        path = self.journal_of(name)
        if os.path.lexists(f"{path}/{_NOTE}") or not self.is_there(name):
            return
        about = {"program": self._form.label, "place": self._place, "list": name}
        try:
            root_folder.make_private(self._root)
            key = os.path.basename(path)  # noqa: PTH119
            root_folder.add_folder(self._root, key)
            with JournalFolder(self._root, key, key) as folder, board_lock(folder, wait=_LOCK_WAIT):
                # Who holds the lock clears drafts away.
                replace_file(folder, _NOTE, json.dumps(about, indent=2).encode())
                os.fsync(folder.fd)
        except OSError as error:
            raise storage_failed(error, "make", path) from error

    def forget(self, name: str) -> None:
        """Know nothing of a list any more."""
        self._known = {known: other for known, other in self._known.items() if other != name}

    def _noted(self) -> list[str]:
        """Name the lists that have a journal, whether or not they are still there."""
        try:
            with os.scandir(self._root) as entries:
                folders = [entry.name for entry in entries if entry.name.startswith(f"{self._form.prefix}.")]
        except FileNotFoundError:
            return []
        return [name for folder in folders if (name := self._note(folder)) is not None]

    def _note(self, key: str) -> str | None:
        try:
            with JournalFolder(self._root, key, key) as folder:
                found = folder.read(_NOTE, _NOTE_BYTES)
                name = json.loads(found[0])["list"] if found and journal_reading.begun(folder) else None
        except (PlanError, ValueError, KeyError, TypeError):
            return None
        return name if isinstance(name, str) and folder_of(self._form.prefix, name) == key else None


class JournalFolder(Folder):
    """A journal's folder; the plan in it may be called otherwise."""

    def __init__(self, root: str, key: str, namespace: str) -> None:
        super().__init__(root, key)
        self.namespace = namespace
