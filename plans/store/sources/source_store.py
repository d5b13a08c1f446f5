"""The plans of one source: one program's lists in one place, with our journals beside our own database."""

from __future__ import annotations

import json
import os
import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, NamedTuple, cast, override

from plans.domain.actor import FILE, Actor
from plans.domain.errors import PlanError, PlanNotFound, Refusal
from plans.domain.verbs.planning import check_deletable
from plans.store import comparing as with_plan_json
from plans.store import journal, root_folder, verifying
from plans.store.format import Format, Spot, Writable
from plans.store.orders import Changed, Order, Reading
from plans.store.paths import JOURNAL, Folder, storage_failed
from plans.store.plan_store import PlanStore
from plans.store.sources import comparing, disk
from plans.store.sources.held_source import HeldSource
from plans.store.sources.naming import digits, folder_of, namespace_of
from plans.store.sources.seeing import wanted_bytes
from plans.store.sources.source_file import SourceFile
from plans.store.writer_mark import writer_at_work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.store.held_plan import HeldPlan
    from plans.store.known import Known
    from plans.store.sources.disk import SourceDisk

_NOTE = "source.json"
"""Says in a journal's folder whose list it is about."""
_NOTE_BYTES = 100_000
_PAUSES = (0.005, 0.02)
"""Seconds between looks at files that a program may be writing just now."""


class KeptElsewhere(PlanError):
    """Another program keeps this list, and some things only it can do."""

    refusal = Refusal.FORBIDDEN
    code = "kept_elsewhere"
    advice = "Nothing was changed. Do it in the program whose list it is."


class Terms(NamedTuple):
    """Our own folder, the clock (ms), and how long a change waits for others (s)."""

    home: str
    clock: Callable[[], int]
    lock_wait: float


class SourceStore(PlanStore):
    """One program's lists in one place, as plans."""

    def __init__(
        self,
        form: Format,
        place: str,
        terms: Terms,
        *,
        taken: Callable[[str], bool],
        takes: Callable[[str], bool],
    ) -> None:
        """``taken`` tells which namespaces other plans have, ``takes`` which ones are not left out."""
        root = f"{terms.home}/sources/{form.kind}/{digits(place)}"
        super().__init__(root, clock=terms.clock, lock_wait=terms.lock_wait)
        self.form, self.place = form, place
        self._taken, self._takes = taken, takes
        self._names: dict[str, str] = {}

    # Names

    @override
    def namespaces(self) -> list[str]:
        try:
            names = {*self.form.lists(self.place), *self._noted()}
        except OSError as error:
            raise storage_failed(error, "read", self.place) from error
        called = {self._called(name): name for name in sorted(names)}
        self._names = {namespace: name for namespace, name in called.items() if self._takes(namespace)}
        return sorted(self._names)

    @override
    def exists(self, namespace: str) -> bool:
        return self.find(namespace) is not None

    def find(self, namespace: str) -> str | None:
        """Name the list behind a plan; None when there is neither a list nor a journal."""
        name = self._names.get(namespace) or namespace.removeprefix(f"{self.form.prefix}.")
        if not self._takes(namespace):
            return None
        if self._called(name) != namespace:
            self.namespaces()
            return self._names.get(namespace)
        there = self._is_there(name) or os.path.lexists(f"{self._journal_of(name)}/{JOURNAL}")
        return name if there else None

    def claims(self, namespace: str) -> bool:
        """Tell whether one of these lists has a name of its own that another may not have."""
        name = namespace.removeprefix(f"{self.form.prefix}.")
        return namespace != name and self._called(name) == namespace and self._is_there(name)

    def _called(self, name: str) -> str:
        return namespace_of(self.form.prefix, name, taken=self._taken)

    def name_of(self, namespace: str) -> str:
        """Name the list behind a plan; raises PlanNotFound."""
        name = self.find(namespace)
        if name is None:
            raise PlanNotFound(namespace)
        return name

    def of_path(self, path: str) -> str | None:
        """Tell which plan a file in the source's place belongs to."""
        name = self.form.list_of(self.place, path)
        return None if name is None else self._called(name)

    def folders(self, namespace: str) -> tuple[str, str]:
        """Name the folders to be watched for a plan: the files' and the journal's."""
        name = self.name_of(namespace)
        return self._spot(name).folder, self._journal_of(name)

    def facts(self, namespace: str) -> list[os.stat_result]:
        """Look at a plan's files without opening them. Raises PlanNotFound, OSError."""
        name = self.name_of(namespace)
        found = disk.stats(self._spot(name))
        try:
            found.append(os.stat(f"{self._journal_of(name)}/{JOURNAL}", follow_symlinks=False))  # noqa: PTH116
        except FileNotFoundError:
            return found
        return found

    # Reading

    @override
    def is_writable(self, namespace: str) -> bool:
        return isinstance(self.form, Writable)

    @override
    def read(self, namespace: str) -> Reading:
        name = self.name_of(namespace)
        opened = self._folder(namespace) if self._has_journal(name) else nullcontext()
        blank, now = self._blank(namespace, FILE), self.clock()
        with opened as folder:
            known = self._catch_up(folder) if folder is not None else None
            seen = self._settled_look(name, self._last_seen(namespace))
            if known is None and seen.key is None:
                raise PlanNotFound(namespace)
            certain = folder is None or not writer_at_work(folder)
            standing = comparing.standing(
                folder, known or blank, seen, form=self.form, certain=certain, at=now
            )
        self._seen[namespace] = seen
        return Reading(
            plan=with_plan_json.as_shown(known, standing, blank=blank, at=now),
            problem=standing.problem,
            warnings=(*self._marked(), *standing.warnings),
            adopted=standing.peer is None,
            writable=isinstance(self.form, Writable),
        )

    @override
    def lines(self, namespace: str, *, after: int = 0) -> list[Line]:
        has_journal = self._has_journal(self.name_of(namespace))
        return super().lines(namespace, after=after) if has_journal else []

    @override
    def verify(self, namespace: str) -> list[str]:
        name = self.name_of(namespace)
        if not self._has_journal(name):
            return []

        def beside(folder: Folder, known: Known) -> list[str]:
            seen = disk.look(self._spot(name), None)
            certain = not writer_at_work(folder)
            standing = comparing.standing(
                folder, known, seen, form=self.form, certain=certain, at=self.clock()
            )
            return verifying.said(standing, f"The list of {self.form.label}")

        with self._folder(namespace) as folder:
            return verifying.verify_with(
                folder, plan_bytes=lambda plan: wanted_bytes(plan, self.form), beside=beside
            )

    # Changing

    @override
    def change(self, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        self._refuse(order.verb)
        return super().change(namespace, edit, order)

    @override
    def create(self, namespace: str, edit: Callable[[Plan], Plan], order: Order) -> Changed:
        message = f"Plans called {self.form.prefix}.… are the lists of {self.form.label}"
        raise KeptElsewhere(message, advice="Choose another namespace, or make the list there.")

    @override
    def restore(self, namespace: str, revision: int, order: Order) -> Changed:
        self._refuse("restore")
        return super().restore(namespace, revision, order)

    @override
    def delete(self, namespace: str, order: Order, *, epoch: str | None = None) -> str:
        """Forget a list that is gone or empty: its journal goes to the trash. Its files are never removed."""
        name = self.name_of(namespace)
        with self._held(namespace, order.by) as held:
            if cast("SourceDisk", held.file.disk).sheet.items:
                message = f"{self.form.label} keeps this list; it can be forgotten when it is gone there"
                raise KeptElsewhere(message)
            check_deletable(held.recorded, by=order.by, epoch=epoch)
            there = root_folder.move_to_trash(held.folder, at=self.clock())
        self._known.pop(namespace, None)
        self._seen.pop(namespace, None)
        self._names = {known: other for known, other in self._names.items() if other != name}
        return there

    def _refuse(self, verb: str) -> None:
        """Refuse what the files cannot hold, or everything where they are only shown."""
        if not isinstance(self.form, Writable):
            raise KeptElsewhere(f"{self.form.label} keeps this list; it is only shown here")
        why = self.form.refused.get(verb)
        if why is not None:
            raise KeptElsewhere(why)

    # Where things are

    @override
    def _folder(self, namespace: str) -> Folder:
        return _JournalFolder(self.root, folder_of(self.form.prefix, self.name_of(namespace)), namespace)

    @override
    @contextmanager
    def _held(self, namespace: str, by: Actor) -> Iterator[HeldPlan]:
        self._make(self.name_of(namespace))
        with super()._held(namespace, by) as held:
            yield held

    @override
    def _hold(self, folder: Folder, by: Actor) -> HeldPlan:
        namespace = folder.namespace
        file = SourceFile(
            folder,
            self._last_seen(namespace),
            spot=self._spot(self.name_of(namespace)),
            clock=self.clock,
        )
        return HeldSource(folder, self._known.get(namespace), file, blank=self._blank(namespace, by))

    def _settled_look(self, name: str, before: SourceDisk | None) -> SourceDisk:
        """Look at a list's files; one that cannot be read may only be being written, and is read again."""
        for pause in _PAUSES:
            seen = disk.look(self._spot(name), before)
            if seen.problem is None or not self.is_writable(name):
                return seen
            time.sleep(pause)
        return disk.look(self._spot(name), before)

    def _spot(self, name: str) -> Spot:
        return Spot(self.form, self.place, name)

    def _make(self, name: str) -> None:
        """Make the folder of a list's journal, with a note of whose it is; nothing for a list that is not."""
        path = self._journal_of(name)
        if os.path.isdir(path) or not self._is_there(name):  # noqa: PTH112
            return
        try:
            os.makedirs(self.root, mode=0o700, exist_ok=True)  # noqa: PTH103
            root_folder.make_folder(self.root, os.path.basename(path))  # noqa: PTH119
            with open(f"{path}/{_NOTE}", "w", encoding="utf-8") as note:  # noqa: PTH123
                json.dump({"program": self.form.label, "place": self.place, "list": name}, note, indent=2)
        except OSError as error:
            raise storage_failed(error, "make", path) from error

    def _journal_of(self, name: str) -> str:
        return f"{self.root}/{folder_of(self.form.prefix, name)}"

    def _has_journal(self, name: str) -> bool:
        return os.path.isdir(self._journal_of(name))  # noqa: PTH112

    def _is_there(self, name: str) -> bool:
        try:
            found = self._spot(name).files()
        except OSError:
            return True  # it is there, and cannot be read
        return found is not None and self.form.is_list(found)

    def _noted(self) -> list[str]:
        """Name the lists that have a journal, whether or not they are still there."""
        try:
            with os.scandir(self.root) as entries:
                folders = [entry.name for entry in entries if entry.name.startswith(f"{self.form.prefix}.")]
        except FileNotFoundError:
            return []
        return [name for folder in folders if (name := self._note(folder)) is not None]

    def _note(self, key: str) -> str | None:
        try:
            with _JournalFolder(self.root, key, key) as folder:
                found = folder.read(_NOTE, _NOTE_BYTES)
                name = json.loads(found[0])["list"] if found and journal.begun(folder) else None
        except (PlanError, ValueError, KeyError, TypeError):
            return None
        return name if isinstance(name, str) and folder_of(self.form.prefix, name) == key else None

    def _last_seen(self, namespace: str) -> SourceDisk | None:
        return cast("SourceDisk | None", self._seen.get(namespace))

    def _marked(self) -> tuple[str, ...]:
        if isinstance(self.form, Writable):
            return ()
        return (f"{self.form.label} keeps this list in {self.place}. It is only shown here.",)


class _JournalFolder(Folder):
    """A journal's folder; the plan in it may be called otherwise."""

    def __init__(self, root: str, key: str, namespace: str) -> None:
        super().__init__(root, key)
        self.namespace = namespace
