"""What another program's list says, in our words: the value between its files and our plans."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from plans.domain.step import Status
from plans.store import json_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

UNTITLED = "(no title)"
"""What a step is called whose item has no text."""


class Matching(StrEnum):
    """How an item is known again: by its number, by an id of its own, or only by its text and place."""

    NUMBER = "number"
    ID = "id"
    TEXT = "text"


class Field(StrEnum):
    """What an item may hold of a step."""

    TITLE = "title"
    STATUS = "status"
    ACTIVE_FORM = "active_form"
    NOTES = "notes"
    OWNER = "owner"
    NEEDS = "needs"
    PHASE = "phase"


class Item(Struct, frozen=True, kw_only=True):
    """One item. ``key`` is its id there (the number as text, or empty where items have none)."""

    key: str = ""
    title: str
    status: Status = Status.PENDING
    active_form: str | None = None
    notes: str = ""
    owner: str | None = None
    needs: tuple[str, ...] = ()
    """Keys of other items of the same sheet."""
    phase: str = ""


class Sheet(Struct, frozen=True, kw_only=True):
    """A whole list, in the order it has there."""

    items: tuple[Item, ...] = ()
    title: str = ""
    status: str = ""
    """Free text, where the list as a whole has one."""
    next_number: int = 1
    """The smallest number that a new item may get."""
    warnings: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()
    """Keys of items whose files cannot be read now: they stay as they were, whatever else changes."""
    document: str | None = None
    """The whole markdown that the items stand in, where the list is a document: shown, never compared."""


def held(sheet: Sheet, fields: Collection[Field], *, own: Collection[str]) -> Sheet:
    """Leave only what a format's files can hold; ``own`` names the fields of the list itself."""
    kept = {"key", *(field.value for field in fields)}
    spare = {name: value for name, value in _BLANK.items() if name not in kept}
    items = tuple(replace(item, **spare) for item in sheet.items) if spare else sheet.items
    title = sheet.title if "title" in own else ""
    status = sheet.status if "status" in own else ""
    return Sheet(items=items, title=title, status=status)


def encoded(sheet: Sheet) -> bytes:
    """Write a sheet as bytes: equal sheets give equal bytes, half characters included."""
    said: dict[str, object] = msgspec.to_builtins(sheet)
    del said["document"], said["unread"]
    return json_text.compact(said)


def decoded(data: bytes) -> Sheet:
    """Read what ``encoded`` wrote."""
    return msgspec.convert(json_text.parse(data)[0], Sheet)


def sound_needs(needs: Mapping[str, Iterable[str]]) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Leave out needs of items that are not there, and those that close a circle; warn of the latter."""
    kept: dict[str, tuple[str, ...]] = {}
    circles: list[str] = []
    for key, wanted in needs.items():
        found: list[str] = []
        for need in dict.fromkeys(wanted):
            if need == key or (need in needs and _reaches(kept, need, key)):
                circles.append(f"{key} waits for {need}, which waits for it: one of the two is not shown.")
            elif need in needs:
                found.append(need)
        kept[key] = tuple(found)
    return kept, tuple(circles)


_BLANK: dict[str, object] = {
    "title": "",
    "status": Status.PENDING,
    "active_form": None,
    "notes": "",
    "owner": None,
    "needs": (),
    "phase": "",
}


def _reaches(needs: Mapping[str, tuple[str, ...]], start: str, goal: str) -> bool:
    """Tell whether going from need to need leads from one item to another."""
    seen, left = {start}, [start]
    while left:
        for need in needs.get(left.pop(), ()):
            if need == goal:
                return True
            if need not in seen:
                seen.add(need)
                left.append(need)
    return False
