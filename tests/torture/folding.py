"""A plan's journal read without the store's own code: a checker must not believe what it checks."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.torture.history import Marks

QUIET = frozenset({"active_form", "progress", "comments", "stamp_by", "stamp_at"})
"""Fields that change a plan's revision and not their step's."""
_SEEN = {"title": "", "status": "pending", "owner": None, "notes": ""}
_IN_FILE = {"blocked": "in_progress", "in_review": "in_progress", "failed": "cancelled"}

type Fields = Mapping[str, object]


class Line(NamedTuple):
    """One revision as the journal has it."""

    rev: int
    by: str
    verb: str
    note: str
    key: str
    set: dict[int, Fields | None]
    was: dict[int, Fields | None]

    def touches(self, number: int) -> bool:
        """Tell whether it made the step's earlier revisions stale."""
        values = self.set.get(number, {})
        return values is None or bool(values.keys() - QUIET)


class Journal(NamedTuple):
    """The complete lines of a journal up to the first that is not as it was written."""

    epoch: str
    lines: tuple[Line, ...]
    fault: str


class Step(NamedTuple):
    """What the checker knows of a step."""

    number: int
    fields: dict[str, object]
    revision: int

    @property
    def status(self) -> str:
        return str(self.fields.get("status", "pending"))


type Steps = dict[int, Step]


def read_journal(data: bytes | None) -> Journal:
    """Read a journal's bytes; a line cut short at the end was never acknowledged."""
    if not data:
        return Journal("", (), "there is no journal")
    raws = data.split(b"\n")[:-1]
    epoch, lines = "", list[Line]()
    for place, raw in enumerate(raws):
        body, _, seal = raw.rpartition(b',"crc":"')
        if seal != b'%08x"}' % zlib.crc32(body):
            return Journal(epoch, tuple(lines), f"line {place + 1} is not what was written: {raw[:60]!r}")
        value = json.loads(raw)
        if place == 0:
            epoch = value["plan"]
            continue
        lines.append(_line(value))
        if lines[-1].rev != place:
            return Journal(epoch, tuple(lines), f"line {place + 1} says revision {lines[-1].rev}")
    return Journal(epoch, tuple(lines), "")


def _line(value: dict[str, object]) -> Line:
    parts = {
        name: {int(key): values for key, values in found.items() if key != "plan"}
        for name in ("set", "was")
        if isinstance(found := value.get(name, {}), dict)
    }
    rev, key = value["rev"], value.get("key")
    assert isinstance(rev, int)
    return Line(
        rev,
        str(value["by"]),
        str(value["verb"]),
        str(value.get("note", "")),
        str(key or ""),
        parts["set"],
        parts["was"],
    )


def fold(steps: Steps, line: Line) -> Steps:
    """Give the steps after one more line; their order is left out."""
    folded = dict(steps)
    for number, values in line.set.items():
        if values is None:
            folded.pop(number, None)
            continue
        before = folded.get(number, Step(number, {}, 0))
        revision = line.rev if line.touches(number) else before.revision
        folded[number] = Step(number, before.fields | dict(values), revision)
    return folded


def mark(number: int, fields: Fields) -> tuple[int, int]:
    """Give a step's number with a checksum of what everybody is shown of it."""
    shown = [fields.get(name, default) for name, default in _SEEN.items()]
    return number, zlib.crc32(json.dumps(shown, ensure_ascii=True).encode(errors="replace"))


def marks(steps: Iterable[tuple[int, Fields]]) -> Marks:
    """Give the marks of steps, by number."""
    return tuple(sorted(mark(number, fields) for number, fields in steps))


def in_file(steps: Steps) -> dict[str, str]:
    """Say what peers have to see: each title with its status in their words."""
    return {
        str(step.fields.get("title")): "pending"
        if step.fields.get("kind") == "gate"
        else _IN_FILE.get(step.status, step.status)
        for step in steps.values()
    }
