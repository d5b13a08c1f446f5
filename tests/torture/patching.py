"""Putting something in a thing's place in this process; only for faults and seeded bugs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def put(place: object, name: str, value: object) -> None:
    """Put a value in the place of what is there, which must be there; for the rest of the process's life."""
    if not hasattr(place, name):
        message = f"{place} has no {name}: the bug has to be written anew"
        raise AttributeError(message)
    setattr(place, name, value)


@contextmanager
def lent(place: object, name: str, value: object) -> Iterator[None]:
    """Put a value in the place of what is there for a while."""
    kept = getattr(place, name)
    put(place, name, value)
    try:
        yield
    finally:
        put(place, name, kept)
