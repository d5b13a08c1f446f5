"""Who came in, who decided, who changed what others may do: ``<home>/audit.jsonl``; no Django here.

A file and not a table: the database is a mirror, which may be deleted and made again. Lines are only ever
appended, each by one write, so that several processes may do it at once and a kill loses no line that was
written. It is readable by its owner only.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FILE: Final = "audit.jsonl"
_MODE: Final = 0o600
_OTHERS: Final = 0o077
_LONGEST: Final = 500
"""Characters of a value that are kept: a stranger chooses the name that does not exist."""

type Fact = str | int | bool | None
type Entry = dict[str, Fact]


def note(home: Path, what: str, *, who: str, now: int, facts: Mapping[str, Fact] | None = None) -> None:
    """Append one event; ``who`` is ``person:ada`` or ``terminal:ada``, ``now`` in ms. Raises OSError."""
    said = {name: _short(value) for name, value in (facts or {}).items() if value is not None}
    entry: Entry = {"at": now, "who": _short(who), "what": what, **said}
    line = json.dumps(entry, ensure_ascii=True) + "\n"  # nothing in it can look like another line
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
    descriptor = os.open(home / FILE, flags, _MODE)
    try:
        if os.fstat(descriptor).st_mode & _OTHERS:
            os.fchmod(descriptor, _MODE)
        os.write(descriptor, line.encode("ascii"))
    finally:
        os.close(descriptor)


def entries(home: Path, *, since: int = 0, who: str = "") -> Iterator[Entry]:
    """Read the events from ``since`` (ms) on, oldest first; ``who`` narrows them to one name.

    What is not a line of ours, such as half a one that a full disk left, is told as such.
    """
    try:
        file = (home / FILE).open("r", encoding="ascii", errors="backslashreplace")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            entry = _read(line)
            if _at(entry) >= since and (not who or _is_by(entry, who)):
                yield entry


def _short(value: Fact) -> Fact:
    return value[:_LONGEST] if isinstance(value, str) else value


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
