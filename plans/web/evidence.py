"""What a session laid beside its request: the tables and longer texts among a step's own values."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from plans.security.text import clean_line, clean_text
from plans.web.authors import AuthorView, author_view
from plans.web.times import iso

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plans.domain.revision import Line
    from plans.domain.step import Step

MOST_ROWS: Final = 100
MOST_COLUMNS: Final = 12
LONGEST_CELL: Final = 200
LONGEST_TEXT: Final = 16 * 1024
_SEPARATORS: Final = {".csv": ",", ".tsv": "\t"}


class Table(NamedTuple):
    """As much of a table as is shown, and how large all of it is: an agent chooses that."""

    head: list[str]
    rows: list[list[str]]
    height: int
    width: int


class ColumnView(NamedTuple):
    """A column's name, and whether figures stand in it."""

    name: str
    is_number: bool


class CellView(NamedTuple):
    """What stands in a row under a column."""

    text: str
    is_number: bool


class EvidenceView(msgspec.Struct, frozen=True, kw_only=True):
    """One table, or one text where it has no columns."""

    name: str
    author: AuthorView | None
    """Who set it as it is now; None where the history that is shown does not tell."""
    at: str
    revision: int
    columns: tuple[ColumnView, ...]
    rows: tuple[tuple[CellView, ...], ...]
    text: str
    more: str
    """What is left out, in words; empty where all is shown."""

    @property
    def before(self) -> int:
        """Name the revision it was made from."""
        return self.revision - 1


def evidence_of(step: Step, lines: Sequence[Line]) -> tuple[EvidenceView, ...]:
    """Show what is evidence; ``lines`` is the step's history, newest first."""
    return tuple(
        _shown(name, value, table=table, line=_setter(step, name, lines))
        for name, value in step.extra.items()
        if (table := _table(name, value)) is not None or _is_text(value)
    )


def other_values(step: Step) -> tuple[tuple[str, str], ...]:
    """Give the step's own values that are short enough for a line."""
    return tuple(
        (clean_line(name), _short(value))
        for name, value in step.extra.items()
        if _table(name, value) is None and not _is_text(value)
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and "\n" in value.strip()


def _shown(name: str, value: object, *, table: Table | None, line: Line | None) -> EvidenceView:
    text = clean_text(value) if table is None and isinstance(value, str) else ""
    head, rows, height, width = table or Table([], [], 0, 0)
    figures = [_are_figures(column) for column in zip(*rows, strict=True)]
    return EvidenceView(
        name=clean_line(name),
        author=author_view(line.by) if line else None,
        at=iso(line.at) if line else "",
        revision=line.rev if line else 0,
        columns=tuple(map(ColumnView, map(_cell, head), figures)),
        rows=tuple(tuple(map(CellView, map(_cell, row), figures)) for row in rows),
        text=text[:LONGEST_TEXT],
        more=_left_out(height, width, len(text)),
    )


def _table(name: str, value: object) -> Table | None:
    """Read a table with its head: CSV under a name that says so, or objects of plain values."""
    separator = _SEPARATORS.get(name[-4:].lower())
    if isinstance(value, str) and separator:
        return _separated(value, separator)
    return _objects(value) if isinstance(value, list) else None


def _separated(text: str, separator: str) -> Table | None:
    try:
        rows = [row for row in csv.reader(io.StringIO(text.strip()), delimiter=separator) if row]
    except csv.Error:
        return None
    if len(rows) < 2 or any(len(row) != len(rows[0]) for row in rows):  # noqa: PLR2004 - a head and a row
        return None
    head, *shown = (row[:MOST_COLUMNS] for row in rows[: MOST_ROWS + 1])
    return Table(head, shown, height=len(rows) - 1, width=len(rows[0]))


def _objects(values: list[object]) -> Table | None:
    rows = [value for value in values if isinstance(value, dict) and _is_flat(value)]
    if not rows or len(rows) != len(values):
        return None
    names = list(dict.fromkeys(name for row in rows for name in row))
    # Cells of what is shown only: of rows that share no name there would be as many as their square.
    head = names[:MOST_COLUMNS]
    shown = [[_short(row[name]) if name in row else "" for name in head] for row in rows[:MOST_ROWS]]
    return Table(head, shown, height=len(rows), width=len(names))


def _is_flat(value: dict[str, object]) -> bool:
    return bool(value) and not any(isinstance(part, dict | list) for part in value.values())


def _setter(step: Step, name: str, lines: Sequence[Line]) -> Line | None:
    """Find the revision that made a value what it is now, as far as the history that is shown tells."""
    key = str(step.number)
    for line in lines:
        now, was = _extra(line.set.get(key)), _extra(line.was.get(key))
        if name in now and now[name] != was.get(name):
            return line if now[name] == step.extra[name] else None
    return None


def _extra(values: dict[str, object] | None) -> dict[str, object]:
    found = (values or {}).get("extra")
    return found if isinstance(found, dict) else {}


def _are_figures(column: Sequence[str]) -> bool:
    """Tell whether a column reads as figures, perhaps with a word behind them: "14 s"."""
    cells = [cell.strip().lstrip("+-−") for cell in column if cell.strip()]
    return bool(cells) and all(cell[:1].isdecimal() for cell in cells)


def _left_out(rows: int, columns: int, letters: int) -> str:
    parts = [
        (rows - MOST_ROWS, "rows"),
        (columns - MOST_COLUMNS, "columns"),
        (letters - LONGEST_TEXT, "letters"),
    ]
    said = " and ".join(f"{count:,} more {name}" for count, name in parts if count > 0)
    return f"{said} are not shown" if said else ""


def _cell(text: str) -> str:
    line = clean_line(text)
    return line if len(line) <= LONGEST_CELL else f"{line[:LONGEST_CELL]}…"


def _short(value: object) -> str:
    return clean_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
