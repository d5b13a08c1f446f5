"""Drafts that a dead writer of ours left: removed, once nothing in them is anybody else's.

A writer that died between swapping the names of its draft and plan.json, and looking at what it had
displaced, may have left a program's newest plan.json under the draft's name. It is put back, and adopted.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from plans.domain.errors import PlanError
from plans.store import disk, renaming
from plans.store.atomic_write import is_draft, is_named_after
from plans.store.formats.openclaw import MAX_BYTES
from plans.store.paths import PLAN
from plans.store.peer_lock import started_ns

if TYPE_CHECKING:
    from plans.store.paths import Folder


def clear_drafts(folder: Folder, displaced: str | None) -> None:
    """Remove the drafts in a folder; needs the board lock. ``displaced`` was to be replaced, its sha256."""
    with suppress(OSError, PlanError):
        for name in os.listdir(folder.fd):  # noqa: PTH208 - by descriptor
            if is_draft(name):
                if _holds_what_nobody_saw(folder, name, displaced):
                    renaming.swap(folder.fd, name, PLAN)
                os.unlink(name, dir_fd=folder.fd)


def _holds_what_nobody_saw(folder: Folder, draft: str, displaced: str | None) -> bool:
    """Tell whether the names were swapped, and what now has the draft's name is not what was expected.

    After a power failure nothing is known of what other programs wrote last, and plan.json is better.
    """
    now, aside = folder.read(PLAN, MAX_BYTES), folder.read(draft, MAX_BYTES)
    if now is None or aside is None or not is_named_after(draft, now[0]):
        return False
    is_ours = is_named_after(draft, aside[0]) or disk.sha256(aside[0]) == displaced
    return not is_ours and aside[1].st_ctime_ns > started_ns()
