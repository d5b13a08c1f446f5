"""Plans as markdown lists: headings are phases, items are steps, what stands under an item are its notes."""

from __future__ import annotations

import re
from typing import NamedTuple

from plans.domain.errors import WrongInput
from plans.domain.step import Status

_ITEM = r"([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[([ xX-])\][ \t]+)?(.+)"
_FENCE = r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})"
_DEEPEST = 6
BOXES = {"x": Status.COMPLETED, "X": Status.COMPLETED, "-": Status.CANCELLED}
"""``[x]`` is completed, ``[-]`` cancelled; ``[ ]`` and no box say nothing."""
MARKS = {Status.COMPLETED: "x", Status.CANCELLED: "-"}


class Item:
    """One step as it is being read, from the line where it stands (from 1)."""

    def __init__(self, *, title: str, box: str | None, under: tuple[int, str], line: int) -> None:
        self.title, self.box, self.under, self.line = title, box, under, line
        self.phase = ""
        self.notes: list[str] = []

    @property
    def text(self) -> str:
        """Give the notes as they were before they were indented."""
        return _dedented(self.notes)


class Listing(NamedTuple):
    """A list as it was read."""

    title: str | None
    items: list[Item]
    lost: list[tuple[int, str]]
    """The lines (from 1) that are neither heading nor step nor note: a plan cannot keep them."""


def read_items(text: str) -> Listing:
    """Read a list. Raises WrongInput where there is none.

    The first heading is the plan's title where it is the only one of the first level; every other one
    names the phase of the items below it. Lines under an item that are indented become its notes. Fenced
    code that belongs to no item is passed over.
    """
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        reader.take(number, line.rstrip())
    if not reader.items:
        message = "There is no list in this text"
        raise WrongInput(message, advice="Write one step a line, each beginning with `- `, outside of code.")
    title = _title(reader.headings)
    for item in reader.items:
        item.phase = "" if item.under == (1, title) else item.under[1]
    return Listing(title, reader.items, reader.lost)


class _Reader:
    """What was found in the lines so far, and what of it is still open."""

    def __init__(self) -> None:
        self.headings: list[tuple[int, str]] = []
        self.items: list[Item] = []
        self.lost: list[tuple[int, str]] = []
        self.under = (0, "")
        self.margin: int | None = None
        self.fence = ""

    def take(self, number: int, line: str) -> None:
        heading = None if self.fence else _heading(line)
        if heading is not None:
            self.headings.append(heading)
            self.under, self.margin = heading, None
        elif self.fence or not self._keeps(number, line):
            self.margin = None
            self.fence = _open_behind(line, self.fence)
            self.lost += [(number, line)] if line and not line.endswith("-->") else []

    def _keeps(self, number: int, line: str) -> bool:
        """Say whether a line is a step or part of one's notes, and keep it."""
        item = re.fullmatch(_ITEM, line)
        indent = len(line) - len(line.lstrip())
        if item and (self.margin is None or indent <= self.margin):
            self.margin = indent
            self.items.append(Item(title=item[3], box=item[2], under=self.under, line=number))
            return True
        if self.margin is None or (line and indent <= self.margin):
            return False
        self.items[-1].notes.append(line)
        return True


def _open_behind(line: str, fence: str) -> str:
    """Give the fence that is open behind a line; "" for none."""
    if not fence:
        found = re.match(_FENCE, line)
        return found[1] if found else ""
    bare = line.strip()
    return "" if bare.startswith(fence) and not bare.strip(fence[0]) else fence


def _title(headings: list[tuple[int, str]]) -> str | None:
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
