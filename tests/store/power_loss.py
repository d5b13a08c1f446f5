"""A power failure, as a model: what a program did to a folder, and every state it may be found in later.

A file that was not flushed has its old bytes, its new ones, half of them, or zeros of the same length. What
was done to a folder's entries since it was flushed is there in part: any first so many, all but one, or one
alone, for file systems keep no order. Only a flush of the file, or of the folder, makes anything certain.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from plans.store import renaming

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType, TracebackType
    from typing import Self

type Entries = dict[str, int | None]
"""Names in one folder with the number of what they name; None: nothing any more."""
type Tree = dict[str, bytes | None]
"""What is found later: paths with their bytes; None: a folder."""

_CALLS: dict[str, ModuleType] = dict.fromkeys(
    ("open", "close", "write", "pwrite", "ftruncate", "fsync", "rename", "link", "unlink", "mkdir", "rmdir"),
    os,
) | {"swap": renaming, "place": renaming, "flock": fcntl}


class Look(NamedTuple):
    """A folder with all that is in it: entries by folder, bytes by number."""

    entries: dict[str, dict[str, int]]
    data: dict[int, bytes]


class Write(NamedTuple):
    file: int
    data: bytes


class Enter(NamedTuple):
    """Something changed in one folder, all at once."""

    folder: str
    names: Entries


class Flush(NamedTuple):
    """A file (its number) or a folder (its path) is on disk from here on."""

    what: int | str


class Told(NamedTuple):
    """From here on somebody relies on it."""


type Event = Write | Enter | Flush | Told


class Recording:
    """What is done below a folder while it is entered; ``skip`` is the flush that the disk forgets."""

    def __init__(self, root: Path, *, skip: int = 0) -> None:
        self.root, self.events, self.flushes = root, list[Event](), 0
        self._skip = skip
        self._real: dict[str, Callable[..., object]] = {}
        self._numbers: dict[int, int] = {}
        self._last = 0
        self.start = self.seen = self._look()

    def __enter__(self) -> Self:
        for name, home in _CALLS.items():
            self._real[name] = getattr(home, name)
            setattr(home, name, self._wrapped(name))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name, home in _CALLS.items():
            setattr(home, name, self._real[name])
        self._compare()

    def told(self) -> None:
        """Note that the caller has been told."""
        self._compare()
        self.events.append(Told())

    def _wrapped(self, name: str) -> Callable[..., object]:
        def call(*args: object, **named: object) -> object:
            flushed = self._flushed(int(str(args[0]))) if name == "fsync" else None
            done = self._real[name](*args, **named)
            if name not in ("close", "flock"):
                self._compare()
            if flushed is not None:
                self.flushes += 1
                if self.flushes != self._skip:
                    self.events.append(Flush(flushed))
            return done

        return call

    def _flushed(self, fd: int) -> int | str | None:
        facts = os.fstat(fd)
        if stat.S_ISDIR(facts.st_mode):
            return os.path.relpath(os.readlink(f"/proc/self/fd/{fd}"), self.root)  # noqa: PTH115
        self._compare()
        return self._numbers.get(facts.st_ino)

    def _compare(self) -> None:
        """Note what is another than at the last look."""
        now, before = self._look(), self.seen
        for folder in sorted({*now.entries, *before.entries}):
            new, old = now.entries.get(folder, {}), before.entries.get(folder, {})
            changed: Entries = {
                name: new.get(name) for name in {*new, *old} if new.get(name) != old.get(name)
            }
            if changed:
                self.events.append(Enter(folder, changed))
        self.events += [Write(file, data) for file, data in now.data.items() if before.data.get(file) != data]
        self.seen = now

    def _look(self) -> Look:
        entries: dict[str, dict[str, int]] = {}
        data: dict[int, bytes] = {}
        there: dict[int, int] = {}
        self._look_into(".", entries, data, there)
        self._numbers = there
        return Look(entries, data)

    def _look_into(
        self, folder: str, entries: dict[str, dict[str, int]], data: dict[int, bytes], there: dict[int, int]
    ) -> None:
        entries[folder] = {}
        for entry in os.scandir(self.root / folder):
            inode = entry.inode()
            if inode not in there:
                there[inode] = self._numbers.get(inode) or self._next()
            entries[folder][entry.name] = there[inode]
            if entry.is_dir(follow_symlinks=False):
                self._look_into(os.path.normpath(f"{folder}/{entry.name}"), entries, data, there)
            elif entry.is_file(follow_symlinks=False):
                data[there[inode]] = self._bytes(entry.path)

    def _bytes(self, path: str) -> bytes:
        opened = self._real.get("open", os.open)
        fd = int(str(opened(path, os.O_RDONLY)))
        try:
            return os.read(fd, 1 << 24)
        finally:
            self._real.get("close", os.close)(fd)

    def _next(self) -> int:
        self._last += 1
        return self._last


def states(recording: Recording) -> Iterator[tuple[Tree, bool]]:
    """Give each state that may be found, and whether by then the caller had been told; none twice.

    Between two flushes more and more is uncertain, so only what may be found just before a flush is asked.
    """
    known = _Known(recording.start)
    seen: set[tuple[object, ...]] = set()
    told = False
    for event in [*recording.events, Told()]:
        if isinstance(event, Flush | Told):
            for tree in known.trees():
                mark = (told, *sorted(tree.items(), key=lambda pair: pair[0]))
                if mark not in seen:
                    seen.add(mark)
                    yield tree, told
        told = told or isinstance(event, Told)
        known.note(event)


def put(tree: Tree, root: Path) -> None:
    """Lay a state out as real files."""
    root.mkdir(parents=True)
    for path, data in sorted(tree.items()):
        if data is None:
            (root / path).mkdir(mode=0o700)
        else:
            (root / path).write_bytes(data)
            (root / path).chmod(0o600)


class _Known:
    """What is certain, and what came since."""

    def __init__(self, start: Look) -> None:
        self.entries = {folder: dict(names) for folder, names in start.entries.items()}
        self.pending: dict[str, list[Entries]] = defaultdict(list)
        self.data: dict[int, list[bytes]] = {file: [data] for file, data in start.data.items()}
        """The certain bytes of each file first."""

    def note(self, event: Event) -> None:
        match event:
            case Write(file, data):
                self.data.setdefault(file, [b""]).append(data)
            case Enter(folder, names):
                self.pending[folder].append(names)
            case Flush(str() as folder):
                for names in self.pending.pop(folder, []):
                    _apply(self.entries.setdefault(folder, {}), names)
            case Flush(int() as file):
                self.data[file] = self.data.get(file, [b""])[-1:]
            case _:
                pass

    def trees(self) -> Iterator[Tree]:
        for entries in self._folders():
            for data in self._contents():
                yield _tree(entries, data)

    def _folders(self) -> Iterator[dict[str, dict[str, int]]]:
        """Vary one folder, with the others as they were or as they are."""
        for folder in self.pending or (".",):
            for chosen in _subsets(len(self.pending.get(folder, ()))):
                for others in (False, True):
                    yield self._with(folder, chosen, others=others)

    def _with(self, folder: str, chosen: tuple[int, ...], *, others: bool) -> dict[str, dict[str, int]]:
        found = {name: dict(entries) for name, entries in self.entries.items()}
        for name, pending in self.pending.items():
            for index, names in enumerate(pending):
                if index in chosen if name == folder else others:
                    _apply(found.setdefault(name, {}), names)
        return found

    def _contents(self) -> Iterator[dict[int, bytes]]:
        """Vary all unflushed files alike, and each alone."""
        now = {file: versions[-1] for file, versions in self.data.items()}
        old = {file: versions[0] for file, versions in self.data.items()}
        loose = [file for file, versions in self.data.items() if len(versions) > 1]
        yield now
        yield old
        yield now | {file: _cut(old[file], now[file])[0] for file in loose}
        yield now | {file: _cut(old[file], now[file])[1] for file in loose}
        for file in loose:
            yield now | {file: old[file]}
            yield old | {file: now[file]}
            for version in self.data[file][1:-1]:
                yield now | {file: version}


def _cut(old: bytes, new: bytes) -> tuple[bytes, bytes]:
    """Give what was written with zeros in its place, and half of it; what stood there before stands."""
    ends = (at for at, (was, now) in enumerate(zip(old, new, strict=False)) if was != now)
    same = next(ends, min(len(old), len(new)))
    return new[:same] + bytes(len(new) - same), new[: same + (len(new) - same) // 2]


def _apply(entries: dict[str, int], names: Entries) -> None:
    for name, number in names.items():
        if number is None:
            entries.pop(name, None)
        else:
            entries[name] = number


def _subsets(count: int) -> list[tuple[int, ...]]:
    everything = tuple(range(count))
    firsts = [everything[:end] for end in range(count + 1)]
    without = [tuple(one for one in everything if one != left) for left in everything]
    return list(dict.fromkeys([*firsts, *without, *((one,) for one in everything)]))


def _tree(entries: dict[str, dict[str, int]], data: dict[int, bytes]) -> Tree:
    tree: Tree = {}

    def fill(folder: str) -> None:
        for name, number in entries.get(folder, {}).items():
            path = os.path.normpath(f"{folder}/{name}")
            if path in entries:
                tree[path] = None
                fill(path)
            elif number in data:
                tree[path] = data[number]

    fill(".")
    return tree
