"""The table of "How it is tested": what each row has to show, what was measured, whether it is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.wanted import ROWS

if TYPE_CHECKING:
    from tests.figures import Figures
    from tests.wanted import Row, Size, Want

_HEAD = ("test", "required", "measured", "")
_NOT_MEASURED = "–"


class Judged(NamedTuple):
    """A row with its figures."""

    title: str
    required: str
    measured: str
    passed: bool


def judged(figures: Figures, size: Size) -> list[Judged]:
    """Compare what was measured with what is required, row by row."""
    return [_judged(row, figures.get(name, {}), size) for name, row in ROWS.items()]


def _judged(row: Row, found: dict[str, float], size: Size) -> Judged:
    required = ", ".join(_required(want, size) for want in row.wants)
    measured = ", ".join(_measured(want, found) for want in row.wants) if found else "did not run"
    passed = all(want.name in found and want.is_met(found[want.name], size) for want in row.wants)
    return Judged(row.title, required, measured, passed)


def _required(want: Want, size: Size) -> str:
    limit = want.limit(size)
    if want.rule == "most" and not limit:
        return f"{_words(want.name)} 0"
    if want.is_time and size == "short":
        return f"{_words(want.name)} told"
    sign = "≥" if want.rule == "least" else "≤"
    return f"{_words(want.name)} {sign} {_number(limit)}{_unit(want)}"


def _measured(want: Want, found: dict[str, float]) -> str:
    value = found.get(want.name)
    return f"{_words(want.name)} {_NOT_MEASURED if value is None else _number(value) + _unit(want)}"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _unit(want: Want) -> str:
    return f" {want.unit.split()[0]}" if want.unit else ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def printed(rows: list[Judged]) -> str:
    """Lay the table out as Markdown that is also readable as it is."""
    cells = [
        _HEAD,
        *((row.title, row.required, row.measured, "pass" if row.passed else "FAIL") for row in rows),
    ]
    widths = [max(len(cell[column]) for cell in cells) for column in range(len(_HEAD))]
    lines = [
        "| " + " | ".join(text.ljust(width) for text, width in zip(cell, widths, strict=True)) + " |"
        for cell in cells
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
