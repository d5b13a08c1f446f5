"""Reading what the audit log says, across the file of now and those that were put aside; no Django here."""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from plans.security.audit import FILE, put_aside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

    from plans.security.audit import Entry

_LONGEST: Final = 500
"""Characters that are told of a line that is none of ours."""


def entries(home: Path, *, since: int = 0, who: str = "") -> Iterator[Entry]:
    """Read the events from ``since`` (ms) on, oldest first; ``who`` narrows them to one name.

    What is not a line of ours, such as half a one that a full disk left, is told as such.
    """
    for line in _lines(home):
        entry = _read(line)
        if _at(entry) >= since and (not who or _is_by(entry, who)):
            yield entry


def _lines(home: Path) -> Iterator[str]:
    """Read every line, the oldest first; a file that is put aside while we look is read once."""
    with ExitStack() as files:
        newest = _opened(home / FILE, files)
        older = [file for path in put_aside(home) if (file := _opened(path, files))]
        is_older = newest and any(os.path.sameopenfile(newest.fileno(), file.fileno()) for file in older)
        for file in (*older, *([newest] if newest and not is_older else [])):
            yield from (line for line in file if line.strip())


def _opened(path: Path, files: ExitStack) -> TextIO | None:
    try:
        return files.enter_context(path.open("r", encoding="ascii", errors="backslashreplace"))
    except FileNotFoundError:
        return None


def _read(line: str) -> Entry:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if isinstance(found, dict) and isinstance(found.get("at"), int):
        return {str(name): value for name, value in found.items() if not isinstance(value, dict | list)}
    return {"at": 0, "who": "", "what": "unreadable", "line": line.strip()[:_LONGEST]}


def _at(entry: Entry) -> int:
    at = entry["at"]
    return at if isinstance(at, int) else 0


def _is_by(entry: Entry, who: str) -> bool:
    """Tell whether somebody did it or it was done to them: ``ada`` is ``person:ada``, too."""
    named = {str(entry.get(field, "")) for field in ("who", "person")}
    return who in named or who in {name.partition(":")[2] for name in named}
