"""What happens to a process of ours: it dies in the middle of a write, or the machine loses its power.

Nothing here is a bug; a store that is right survives all of it. For a loss of power each process notes what
it flushed and renamed, and ``cut_power`` then takes away what need not have reached the disk.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from plans.store import journal, plan_file, renaming
from plans.store.paths import PLAN as PLAN_FILE
from tests.torture.patching import put

if TYPE_CHECKING:
    from pathlib import Path

DIED = 42
_FLUSHED = "flushed"


def die_in_the_middle_of_a_line() -> None:
    """Let this process die when half of its next journal line is written."""

    def torn(fd: int, data: bytes) -> None:
        os.write(fd, data[: len(data) // 2])
        os._exit(DIED)

    put(journal, "write_all", torn)


def die_before_the_rename() -> None:
    """Let this process die when its next change is in the journal and not in plan.json."""

    def died(*_: object, **__: object) -> None:
        os._exit(DIED)

    put(plan_file, "replace_file", died)


DEATHS = {"torn": die_in_the_middle_of_a_line, "behind": die_before_the_rename}


def note_what_is_flushed(notes: Path) -> None:
    """Note from now on what this process flushes and renames over plan.json."""
    fd = os.open(notes / _FLUSHED, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    real_fsync, real_swap, real_place = os.fsync, renaming.swap, renaming.place

    def fsync(flushed: int) -> None:
        facts = os.fstat(flushed)
        real_fsync(flushed)
        size = -1 if stat.S_ISDIR(facts.st_mode) else facts.st_size
        os.write(fd, f"{facts.st_ino} {size}\n".encode())

    def swap(folder: int, draft: str, name: str) -> bool:
        noted(folder, draft, name)
        return real_swap(folder, draft, name)

    def place(folder: int, draft: str, name: str) -> None:
        noted(folder, draft, name)
        real_place(folder, draft, name)

    def noted(folder: int, draft: str, name: str) -> None:
        if name == PLAN_FILE:
            os.write(fd, f"{os.stat(draft, dir_fd=folder).st_ino} renamed\n".encode())

    put(os, "fsync", fsync)
    put(renaming, "swap", swap)
    put(renaming, "place", place)


def cut_power(folder: Path, notes: Path) -> None:
    """Leave of a plan's files what a loss of power leaves; every process has been killed before."""
    flushed, renamed = _noted(notes)
    journal_file, plan = folder / "journal.jsonl", folder / "plan.json"
    if journal_file.exists():
        kept = flushed.get(journal_file.stat().st_ino, 0)
        if folder.stat().st_ino not in flushed:
            journal_file.unlink()  # nobody flushed the folder: the file's name was never on disk
        elif kept < journal_file.stat().st_size:
            os.truncate(journal_file, kept)
    if plan.exists() and plan.stat().st_ino in renamed and plan.stat().st_ino not in flushed:
        os.truncate(plan, 0)
    (folder / ".lock").unlink(missing_ok=True)
    (folder / ".board.lock").write_text("another start of the machine")


def _noted(notes: Path) -> tuple[dict[int, int], set[int]]:
    flushed: dict[int, int] = {}
    renamed: set[int] = set()
    for line in (notes / _FLUSHED).read_text(encoding="ascii").split("\n")[:-1]:
        inode, said = line.split()
        if said == "renamed":
            renamed.add(int(inode))
        else:
            flushed[int(inode)] = max(flushed.get(int(inode), 0), int(said))
    return flushed, renamed
