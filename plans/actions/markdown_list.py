"""Plans as markdown lists: headings are phases, items are steps, what stands under an item are its notes."""

from __future__ import annotations

import re

from plans.domain.errors import WrongInput
from plans.domain.step import Status

_ITEM = r"([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[([ xX-])\][ \t]+)?(.+)"
_DEEPEST = 6
BOXES = {"x": Status.COMPLETED, "X": Status.COMPLETED, "-": Status.CANCELLED}
"""``[x]`` is completed, ``[-]`` cancelled; ``[ ]`` and no box say nothing."""
MARKS = {Status.COMPLETED: "x", Status.CANCELLED: "-"}


class Item:
    """One step as it is being read, from the line where it stands (from 1)."""

    def __init__(self, *, title: str, box: str | None, phase: str, line: int) -> None:
        self.title, self.box, self.phase, self.line = title, box, phase, line
        self.notes: list[str] = []

    @property
    def text(self) -> str:
        """Give the notes as they were before they were indented."""
        return _dedented(self.notes)


def read_items(text: str) -> tuple[str | None, list[Item], bool]:
    """Read a list: its title, its items, and whether any of them has a phase.

    The first heading is the plan's title where it is the only one of the first level; every other one
    names the phase of the items below it. Lines under an item that are indented become its notes.
    """
    title, items, _ = _read(text)
    if not items:
        message = "There is no list in this text"
        raise WrongInput(message, advice="Write one step a line, each beginning with `- `.")
    return title, items, any(item.phase for item in items)


def left_out(text: str) -> list[tuple[int, str]]:
    """Name the lines (from 1) that are neither heading nor step nor note, and that a plan cannot keep."""
    _, items, lost = _read(text)
    return [(number, line) for number, line in lost if not line.endswith("-->")] if items else []


def _read(text: str) -> tuple[str | None, list[Item], list[tuple[int, str]]]:
    lines = [line.rstrip() for line in text.split("\n")]
    title = _title(lines)
    items: list[Item] = []
    lost: list[tuple[int, str]] = []
    phase, margin = "", None
    for number, line in enumerate(lines, 1):
        heading = _heading(line)
        if heading is not None:
            phase, margin = ("" if heading == (1, title) else heading[1]), None
            continue
        item = re.fullmatch(_ITEM, line)
        indent = len(line) - len(line.lstrip())
        if item and (margin is None or indent <= margin):
            margin = indent
            items.append(Item(title=item[3], box=item[2], phase=phase, line=number))
        elif margin is not None and items and (indent > margin or not line):
            items[-1].notes.append(line)
        else:
            margin = None
            lost += [(number, line)] if line else []
    return title, items, lost


def _title(lines: list[str]) -> str | None:
    headings = [found for line in lines if (found := _heading(line))]
    first = [text for level, text in headings if level == 1]
    return first[0] if len(first) == 1 and headings[0][0] == 1 else None


def _heading(line: str) -> tuple[int, str] | None:
    """Read ``## Text ##`` as (2, "Text")."""
    text = line.lstrip("#")
    level = len(line) - len(text)
    if not 1 <= level <= _DEEPEST or text[:1] not in {"", " ", "\t"}:
        return None
    bare = text.rstrip("#")
    return level, (bare if bare[-1:] in {"", " ", "\t"} else text).strip()


def _dedented(lines: list[str]) -> str:
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:].rstrip() for line in lines).strip("\n")
