"""Who looks at a board, as the others at it are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels.auth import get_user

from plans.live.presence import Person
from plans.security.text import clean_line

if TYPE_CHECKING:
    from collections.abc import MutableMapping


async def onlooker(scope: MutableMapping[str, object]) -> Person | None:
    """Name the person whose socket this is; None for nobody's."""
    user = await get_user(scope)
    if not user.is_authenticated:
        return None
    name = user.get_username()
    return Person(name, clean_line(name))
