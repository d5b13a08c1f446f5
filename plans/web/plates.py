"""How a session is shown: its plate, its name, its short id. The plate never stands alone."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

import msgspec

from plans.security.text import clean_line

HUES = 14
PATTERNS = 8
_SHORT = 4
_LONG_NAME = 22
"""Letters after which a name may not fit on a card: its end then stands apart and never shrinks."""


class OwnerView(msgspec.Struct, frozen=True, kw_only=True):
    """A session as cards, drawers and lists show it."""

    id: str
    name: str
    head: str
    """The name, or of a long one all but its short id."""
    short: str
    """The last four letters or digits; empty where the name is short enough to be read whole."""
    hue: str
    """A class, ``hue-0`` … ``hue-13``."""
    plate: str
    """An icon, ``plate-0`` … ``plate-7``."""


@lru_cache(maxsize=4096)
def owner_view(session: str) -> OwnerView:
    """Give a session its plate: sha256 of the id, 4 bytes for the hue, the next 4 for the pattern."""
    digest = hashlib.sha256(session.encode("utf-8", "replace")).digest()
    name = clean_line(session)
    tail = "".join(re.findall(r"[^\W_]", name))[-_SHORT:] if len(name) > _LONG_NAME else ""
    return OwnerView(
        id=session,
        name=name,
        head=name.removesuffix(tail),
        short=tail,
        hue=f"hue-{int.from_bytes(digest[:4]) % HUES}",
        plate=f"plate-{int.from_bytes(digest[4:8]) % PATTERNS}",
    )
