"""A source's files while we hold the plan's board lock: what stands in them, and how they are written.

As with plan.json (plan_file.py): our mark says all the while that a writing is under way, and a last look
at each file before it is replaced catches programs that know no lock.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, cast

from plans.domain.errors import PlanError, WrongInput
from plans.store.atomic_write import Overtaken, is_draft, replace_file
from plans.store.bad_file import BadFile
from plans.store.format import Writable
from plans.store.paths import Folder, storage_failed
from plans.store.peer_locking import new_token
from plans.store.sheet import decoded, encoded
from plans.store.sources import disk as disks
from plans.store.sources.removed import Removed
from plans.store.sources.seeing import as_seen
from plans.store.versions import stat_key
from plans.store.writer_mark import WriterMark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plans.store.format import Format, Patch, Spot
    from plans.store.sheet import Sheet
    from plans.store.sources.disk import SourceDisk

_OLD_DRAFT = 60.0
"""Seconds after which a draft in another program's folder is a dead writer's."""


class CannotSay(WrongInput):
    """The source's files have no way to hold this change."""

    code = "source_cannot_hold"
    advice = "Nothing was changed. Make that change in the program whose list it is."


class SourceFile:
    """One list's files; made for one change and thrown away."""

    def __init__(
        self, folder: Folder, seen: SourceDisk | None, *, spot: Spot, clock: Callable[[], int]
    ) -> None:
        """Start from the last look the process had; ``clock`` gives ms since the epoch."""
        self.disk = seen or disks.ABSENT
        self.late = ""
        """Why the files cannot say yet what the journal says; empty when nothing stands in the way."""
        self.clock, self._spot = clock, spot
        self._mark = WriterMark(folder)
        self._made = False
        self._removed = Removed(folder, limit=spot.form.max_bytes)
        self.certain = self._mark.at_rest
        """Whether our last writing is known to have ended, or not to be needed."""

    @property
    def form(self) -> Format:
        return self._spot.form

    @property
    def _writes(self) -> Writable:
        """The format of files that may be written."""
        return cast("Writable", self._spot.form)

    def clear_leftovers(self, displaced: str | None) -> None:
        """Remove what a dead writer of ours left, here and there."""
        if self._mark.at_rest or not isinstance(self.form, Writable):
            return
        self._mark.clear_leftovers(displaced)
        _, _, identity = self._mark.token.partition(" ")
        if identity:
            self._writes.release_leftover(self._spot.place, self._spot.name, identity)
        _clear_drafts(self._spot.folder)

    def look(self) -> bool:
        """Look at the files; tells whether they say anything else than we knew."""
        before, self.disk = self.disk, disks.look(self._spot, self.disk)
        if self._made and not self.disk.files:
            self.disk = disks.ABSENT  # the empty folder is ours, and nobody's order to remove every step
        return (before.sheet, before.problem, before.key) != (
            self.disk.sheet,
            self.disk.problem,
            self.disk.key,
        )

    def announce_rewrite(self) -> None:
        """Leave word that a writing is coming, unless there is such word."""
        if self._mark.at_rest:
            self._mark.write(new_token(self.clock()))

    @contextmanager
    def locked(self, *, wait: float) -> Iterator[float]:
        """Hold that program's lock under our mark; yields when it was taken, s on the monotonic clock."""
        token = new_token(self.clock())
        self._mark.write(token)
        if self.disk.key is None:
            self._make_folder()
        with self._writes.locked(self._spot.place, self._spot.name, wait=wait) as identity:
            if identity:
                self._mark.write(f"{token} {identity}")
            yield time.monotonic()

    def _make_folder(self) -> None:
        """A list that is put back needs its folder, too."""
        try:
            self._made = True
            os.makedirs(self._spot.folder, mode=0o700, exist_ok=True)  # noqa: PTH103
        except OSError as error:
            raise storage_failed(error, "make", self._spot.folder) from error

    def patch(self, data: bytes) -> Patch:
        """Say what must change so that the files say what is wanted. Raises CannotSay.

        It is read back before anything is written: what would not come back as it is meant is refused.
        """
        wanted = decoded(data)
        changes, read = self._tried(wanted)
        problem = _unsaid(read, wanted)
        if problem:
            message = f"The files of {self.form.label} cannot hold this: {problem}"
            raise CannotSay(message)
        return changes

    def read_back(self, wanted: Sheet) -> Sheet:
        """Give what the files would say after they were written. Raises CannotSay."""
        return self._tried(wanted)[1]

    def _tried(self, wanted: Sheet) -> tuple[Patch, Sheet]:
        spot = self._spot
        try:
            changes = self._writes.patch(self.disk.files, wanted, at=self.clock(), removed=self._removed.read)
            after = {name: now for name, now in {**self.disk.files, **changes}.items() if now is not None}
            return changes, as_seen(spot.form.parse(after, spot.name), spot.form)
        except BadFile as bad:
            message = f"The files of {self.form.label} cannot hold this: {bad}"
            raise CannotSay(message) from None

    def replace(self, data: bytes) -> None:
        """Write the files, under their lock; where the disk refuses, ``late`` says so. Raises Overtaken."""
        try:
            self._write(self.patch(data))
            self.disk = disks.look(self._spot, self.disk)
        except PlanError as refused:
            self.late = refused.message
            return
        self.late, self.certain = "", self.disk.data == data

    def rest(self) -> None:
        """Leave the word that the files say what the journal says, if they do."""
        if self.certain:
            self._mark.rest()

    def _write(self, changes: Patch) -> None:
        with _TheirFolder(self._spot.folder) as folder:
            for name, data in changes.items():
                if data is None:
                    self._remove(folder, name)
                else:
                    self._put(folder, name, data)

    def _put(self, folder: Folder, name: str, data: bytes) -> None:
        """Write one file; what is no file of the list was not read, and gives way."""
        if name not in self.disk.keys and name not in (self._spot.files() or ()) and folder.stat(name):
            replace_file(folder, name, data)
            return
        may_replace = partial(self._is_as_seen, folder, name)
        replace_file(folder, name, data, seen=self.disk.version_of(name), may_replace=may_replace)
        if name not in self.disk.keys:
            self._removed.forget(name)

    def _remove(self, folder: Folder, name: str) -> None:
        """Remove one file; what it says is kept for a step that comes back."""
        self._removed.keep(name, self.disk.files[name])
        if not self._is_as_seen(folder, name):
            raise Overtaken
        try:
            os.unlink(name, dir_fd=folder.fd)
        except FileNotFoundError:
            return
        except OSError as error:
            raise storage_failed(error, "remove", f"{folder.path}/{name}") from error

    def _is_as_seen(self, folder: Folder, name: str) -> bool:
        facts = folder.stat(name)
        return (stat_key(facts) if facts is not None else None) == self.disk.keys.get(name)


class _TheirFolder(Folder):
    """A folder that is no namespace."""

    def __init__(self, path: str) -> None:
        self.root, self.namespace = os.path.split(path)
        self.path = path
        self.fd = self._open()


def _unsaid(read: Sheet, wanted: Sheet) -> str:
    """Tell what of a sheet would not be read back; empty when all of it would."""
    if encoded(read) == encoded(wanted):
        return ""
    if len(read.items) != len(wanted.items):
        return "a step would be lost, or become several"
    for ours, theirs in zip(wanted.items, read.items, strict=True):
        for name in ours.__struct_fields__:
            if getattr(ours, name) != getattr(theirs, name):
                return f"the {name.replace('_', ' ')} of {ours.title!r} would be read back as something else"
    return "the title or the status of the whole list would be read back as something else"


def _clear_drafts(path: str) -> None:
    """Remove drafts that are too old to be a living writer's."""
    with suppress(OSError), os.scandir(path) as entries:
        for entry in entries:
            if not is_draft(entry.name):
                continue
            if time.time() - entry.stat(follow_symlinks=False).st_mtime > _OLD_DRAFT:
                os.unlink(entry.path)  # noqa: PTH108
