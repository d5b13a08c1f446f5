"""Makes open sockets look again, within a second, when an account was changed at the terminal."""

from __future__ import annotations

import asyncio
from typing import Final

from plans.django_wiring import environment
from plans.security.people_note import last_change
from plans.web.sockets import SOCKETS

LOOK_SECONDS: Final = 1.0


async def watch_people() -> None:
    """Look at the note's time for ever: one system call a second, and nothing of the database."""
    home = environment().home
    seen = last_change(home)
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = last_change(home)
        if now != seen:
            seen = now
            SOCKETS.poke_all()
