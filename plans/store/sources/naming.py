"""What another program's list is called here, and which folder has its journal."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from plans.store.paths import is_namespace

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST = 128
_DIGITS = 8


def folder_of(prefix: str, name: str) -> str:
    """Name the folder of a list's journal; it never depends on what else is there."""
    plain = f"{prefix}.{name}"
    return plain if is_namespace(plain) else _marked(prefix, name)


def namespace_of(prefix: str, name: str, *, place: str, taken: Callable[[str], bool]) -> str:
    """Name the plan of a list; where another plan has that name, digits tell them apart.

    They stand for the list's name, and where a third place has a list of that name for its place, too.
    """
    usual = folder_of(prefix, name)
    if not taken(usual):
        return usual
    marked = _marked(prefix, name)
    return _marked(prefix, name, within=place) if taken(marked) else marked


def digits(text: str) -> str:
    """Give eight hex digits that stand for a text."""
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:_DIGITS]


def _marked(prefix: str, name: str, *, within: str = "") -> str:
    """Keep what of a name can stand in a namespace, and tell it apart by digits."""
    mark = digits(f"{within}\0{name}" if within else name)
    usable = re.sub(r"[^a-zA-Z0-9._-]+", "-", name).strip("-.")
    room = _LONGEST - len(prefix) - _DIGITS - 2
    return f"{prefix}.{usable[:room]}-{mark}" if usable else f"{prefix}.{mark}"
