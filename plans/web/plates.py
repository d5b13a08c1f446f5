"""How a session is shown: its plate, its name, its short id. The plate never stands alone."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

import msgspec

from plans.security.text import clean_line

HUES = 14
PATTERNS = 8
_LONG_NAME = 22
"""Letters after which a name may not fit on a card: its end then stands apart and never shrinks."""
_ENDS_IN_ID = re.compile(r"[-_.:](?=[^\W\d_]*\d)[^\W_]{4,}$")
"""``ledger-smith-7f3a``: what comes last tells it from its like."""
_LAST_FOUR = re.compile(r"[-_.:]?(?:[^\W_][\W_]*){4}$")


class OwnerView(msgspec.Struct, frozen=True, kw_only=True):
    """A session as cards, drawers and lists show it."""

    id: str
    name: str
    head: str
    """The name, but for its short id."""
    short: str
    """The last four letters or digits and the sign before them; of a short name only where an id ends it."""
    hue: str
    """A class, ``hue-0`` … ``hue-13``."""
    plate: str
    """An icon, ``plate-0`` … ``plate-7``."""


@lru_cache(maxsize=4096)
def owner_view(session: str) -> OwnerView:
    """Give a session its plate: sha256 of the id, 4 bytes for the hue, the next 4 for the pattern."""
    digest = hashlib.sha256(session.encode("utf-8", "replace")).digest()
    name = clean_line(session)
    tail = _tail(name)
    return OwnerView(
        id=session,
        name=name,
        head=name.removesuffix(tail),
        short=tail,
        hue=f"hue-{int.from_bytes(digest[:4]) % HUES}",
        plate=f"plate-{int.from_bytes(digest[4:8]) % PATTERNS}",
    )


def _tail(name: str) -> str:
    """Find a name's short id: of one that ends in an id, or that is too long to be shown whole."""
    if not _ENDS_IN_ID.search(name) and len(name) <= _LONG_NAME:
        return ""
    found = _LAST_FOUR.search(name)
    return found[0] if found else ""
