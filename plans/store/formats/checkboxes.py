"""Checkboxes in markdown: which there are, and changing one without touching a byte of the rest.

A box is a list item ``- [ ] text`` outside of fenced code. Lines below it that are indented deeper are its
notes. The heading above it is its phase; a first heading that is alone on the first level is the title.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plans.domain.step import Status
from plans.store.sheet import UNTITLED, Item

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_BOX = re.compile(r"([ \t]*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+\[)([ xX])(\][ \t]+|\](?=\r?$))(.*)", re.DOTALL)
_DEEPEST = 6
_SPACE = " \t"
_FENCE = re.compile(r"[ \t]*(?:[-*+][ \t]+)?(`{3,}|~{3,})")


class Box(NamedTuple):
    """One checkbox: where it stands and what it says."""

    first: int
    """Its line, from 0."""
    end: int
    """The line behind its notes."""
    head: str
    """What stands before the mark: indentation, bullet, bracket."""
    mark: str
    tail: str
    """What stands between the mark and the text."""
    text: str
    notes: str
    phase: str

    @property
    def item(self) -> Item:
        status = Status.PENDING if self.mark == " " else Status.COMPLETED
        return Item(title=self.text.strip() or UNTITLED, status=status, notes=self.notes, phase=self.phase)


def boxes(content: str) -> list[Box]:
    """Find the checkboxes of a document, in its order."""
    lines = content.split("\n")
    title = _title_line(lines)
    found: list[Box] = []
    phase = ""
    outside = dict(_outside_fences(lines))
    for number, line in outside.items():
        heading = _heading(line)
        if heading is not None:
            phase = "" if number == title else heading[1]
            continue
        box = _BOX.fullmatch(line)
        if box is not None:
            end = _end_of_notes(lines, number, outside)
            notes = _dedented(lines[number + 1 : end])
            found.append(Box(number, end, box[1], box[2], box[3], box[4], notes, phase))
    return found


def checked(content: str, changes: Iterable[tuple[Box, Item | None]], *, added: Sequence[Item] = ()) -> str:
    """Change boxes, each to what it should say (None removes it), and add new ones.

    Everything else stays as it is, byte for byte.
    """
    lines = content.split("\n")
    for box, item in sorted(changes, key=lambda pair: -pair[0].first):
        lines[box.first : box.end] = [] if item is None else _rewritten(lines, box, item)
    return "\n".join(_appended(lines, added) if added else lines)


def _rewritten(lines: list[str], box: Box, item: Item) -> list[str]:
    was = box.item
    mark, text = box.mark, box.text
    if item.status is not was.status:
        mark = "x" if item.status is Status.COMPLETED else " "
    if item.title != was.title:
        bare = text.strip()
        lead, _, trail = text.partition(bare) if bare else ("" if box.tail[1:] else " ", "", text)
        text = f"{lead}{item.title}{trail}"
    notes = lines[box.first + 1 : box.end]
    if item.notes != was.notes:
        notes = _indented(item.notes, box.head)
    return [f"{box.head}{mark}{box.tail}{text}", *notes]


def _appended(lines: list[str], items: Sequence[Item]) -> list[str]:
    """Put new boxes behind the last one, formed like it; a document without any gets a list of its own."""
    there = boxes("\n".join(lines))
    head = there[-1].head if there else "- ["
    end = there[-1].end if there else len(lines)
    new: list[str] = []
    for item in items:
        mark = "x" if item.status is Status.COMPLETED else " "
        new += [f"{head}{mark}] {item.title}", *_indented(item.notes, head)]
    if there:
        return [*lines[:end], *new, *lines[end:]]
    while lines and not lines[-1].strip():
        lines.pop()
    return [*lines, *([""] if lines else []), *new, ""]


def _indented(notes: str, head: str) -> list[str]:
    margin = " " * (_indent(head) + 2)
    return [margin + line if line.strip() else "" for line in notes.split("\n")] if notes else []


def _dedented(lines: list[str]) -> str:
    margin = min((_indent(line) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:].rstrip() for line in lines).strip("\n")


def _end_of_notes(lines: list[str], first: int, outside: Collection[int]) -> int:
    """Find the line behind the last one that is indented deeper than the box, and no box itself.

    ``outside`` are the numbers of the lines that are no code: a box in code is a note.
    """
    end, indent = first + 1, _indent(lines[first])
    for number in range(first + 1, len(lines)):
        line = lines[number]
        is_box = number in outside and _BOX.fullmatch(line)
        if line.strip() and (_indent(line) <= indent or is_box):
            break
        if line.strip():
            end = number + 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _outside_fences(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Give the lines that are no code, with their numbers."""
    fence = ""
    for number, line in enumerate(lines):
        found = _FENCE.match(line)
        if fence:
            closes = found is not None and found[1].startswith(fence) and not line[found.end() :].strip()
            fence = "" if closes else fence
        elif found is not None:
            fence = found[1]
        else:
            yield number, line


def _title_line(lines: list[str]) -> int | None:
    """Find the heading that names the document: the first one, alone on the first level."""
    headings = [(n, found[0]) for n, line in _outside_fences(lines) if (found := _heading(line))]
    first = [number for number, level in headings if level == 1]
    return first[0] if len(first) == 1 and headings[0][0] == first[0] else None


def _heading(line: str) -> tuple[int, str] | None:
    """Read a heading's level and text. No expression: one would go back and forth over a line of spaces."""
    marked = line.removesuffix("\r")
    text = marked.lstrip("#")
    level = len(marked) - len(text)
    if not 1 <= level <= _DEEPEST or (text and text[0] not in _SPACE):
        return None
    text = text.strip(_SPACE)
    bare = text.rstrip("#")
    return level, (bare if bare.endswith(tuple(_SPACE)) else text).strip()
