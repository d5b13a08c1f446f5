"""Drafts that were never renamed: what a killed program leaves, which harms nobody and takes room."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from plans.doctor.finding import advice, counted, shell, well
from plans.domain.errors import PlanError
from plans.store.paths import SESSIONS, Folder
from plans.store.writer_mark import writer_at_work

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.doctor.finding import Finding
    from plans.doctor.place import Place

_OLD_MS: Final = 60_000
"""Every draft of ours is renamed or removed within seconds."""
_SUFFIX: Final = ".tmp"


def leftovers(place: Place) -> Iterator[Finding]:
    """Look for old drafts in the root, in the plans and in the home."""
    ended = [name for name in place.own if not _is_written(place, name)]
    folders = [*(f"{place.root}/{name}" for name in (*ended, SESSIONS)), place.root, place.home]
    found = [path for folder in folders for path in drafts(folder, now=place.now)]
    if not found:
        yield well("leftovers", "no draft was left behind")
        return
    message = f"{counted(len(found), 'draft')} of a program that was killed: {found[0]}"
    yield advice(
        "leftovers", message, do="They are never read. Remove them.", command=shell("rm", "--", *found)
    )


def _is_written(place: Place, name: str) -> bool:
    """Tell whether a rewrite may be unfinished: what lies there may be another program's plan.json.

    Whoever writes this plan next sees to it.
    """
    try:
        with Folder(place.root, name) as folder:
            return writer_at_work(folder)
    except PlanError:
        return False


def drafts(folder: str, *, now: int) -> Iterator[str]:
    """Name the drafts of a folder that nobody is still writing."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(_SUFFIX) and entry.is_file(follow_symlinks=False):
                facts = entry.stat(follow_symlinks=False)
                if now - facts.st_mtime_ns / 1e6 > _OLD_MS:
                    yield entry.path
