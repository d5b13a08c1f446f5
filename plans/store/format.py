"""What a format is: how one other program keeps its lists (docs/sources.md tells how to add one)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from contextlib import AbstractContextManager

    from plans.domain.step import Status, Step
    from plans.store.sheet import Field, Matching, Sheet

type Files = Mapping[str, bytes]
"""The files of one list: name within its folder, bytes."""
type Removed = Callable[[str], bytes | None]
"""Gives what a file said that we removed from a list; None for one that we did not."""
type Patch = Mapping[str, bytes | None]
"""Files to write, in this order; None: to remove."""


class Format(Protocol):
    """How a program's lists are found and read. All but the looking around is pure."""

    kind: str
    """Its name in settings and folders."""
    label: str
    """Its name for people."""
    prefix: str
    """The first part of its namespaces."""
    matching: Matching
    holds: frozenset[Field]
    """What its files hold of a step; all else lives in our journal alone."""
    own: frozenset[str]
    """What its files hold of the list itself: ``title``, ``status``."""
    max_bytes: int
    """The largest file its own reader takes."""

    def places(self, variables: Mapping[str, str], here: str) -> list[str]:
        """Name the folders where it keeps its lists: by its own settings, or in the folder ``here``."""
        ...

    def lists(self, place: str) -> list[str]:
        """Name the lists in a place; none when the place is not there. Raises OSError."""
        ...

    def folder(self, place: str, name: str) -> str:
        """Name the folder that a list's files are in."""
        ...

    def files(self, place: str, name: str) -> list[str] | None:
        """Name a list's files within its folder; None when there is no such list. Raises OSError."""
        ...

    def is_list(self, files: Collection[str]) -> bool:
        """Tell whether a list with these files is worth showing: an empty one that nobody knows is not."""
        ...

    def list_of(self, place: str, path: str) -> str | None:
        """Tell whose file a path is; None: nobody's, so that its changes mean nothing."""
        ...

    def parse(self, files: Files, name: str) -> Sheet:
        """Read a list; raises BadFile."""
        ...

    def seen(self, step: Step) -> Status | None:
        """Say which status of a step its files can show; None: the step is not in them."""
        ...


@runtime_checkable
class Writable(Format, Protocol):
    """A format whose files we may write."""

    refused: Mapping[str, str]
    """Verbs that its files have no way to hold, each with the sentence that says so."""

    def patch(self, files: Files, wanted: Sheet, *, at: int, removed: Removed) -> Patch:
        """Say what must change in the files so that they say what is wanted; ``at`` is ms.

        Whatever is not ours to know stays as it is, byte for byte, and comes back with a removed file.
        """
        ...

    def locked(self, place: str, name: str, *, wait: float) -> AbstractContextManager[str]:
        """Hold that program's own lock; yields what tells our lock from others, if it outlives us.

        Raises Busy after ``wait`` s, StorageFailed.
        """
        ...

    def release_leftover(self, place: str, name: str, identity: str) -> None:
        """Remove a lock that a dead process of ours held, if ``identity`` is exactly it."""
        ...


class Spot(NamedTuple):
    """One list of one program: how it is kept, in which place, and its name there."""

    form: Format
    place: str
    name: str

    @property
    def folder(self) -> str:
        return self.form.folder(self.place, self.name)

    def files(self) -> list[str] | None:
        """Name its files; None when it is not there. Raises OSError."""
        return self.form.files(self.place, self.name)
