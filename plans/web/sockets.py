"""Who may keep a socket open, and how signing out reaches the sockets of every process."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import defaultdict
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Final

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from plans.live.messages import GROUP, signed_out
from plans.security.roles import Role, may
from plans.web.proxied import is_theirs

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

TELL_SECONDS: Final = 2.0
SIGNED_OUT: Final = 4401
NO_ACCESS: Final = 4403
CROWDED: Final = 4429

type Poke = Callable[[], None]


class OpenSockets:
    """The open sockets by their session; a poke makes a socket look again whether it may stay."""

    def __init__(self) -> None:
        self._pokes: dict[str, set[Poke]] = defaultdict(set)
        self._lock = Lock()

    def add(self, session_key: str, poke: Poke) -> None:
        with self._lock:
            self._pokes[named(session_key)].add(poke)

    def remove(self, session_key: str, poke: Poke) -> None:
        session = named(session_key)
        with self._lock:
            pokes = self._pokes[session]
            pokes.discard(poke)
            if not pokes:
                del self._pokes[session]

    def poke(self, session: str) -> None:
        """Make the sockets of a session, by its name, look at once; from any thread."""
        with self._lock:
            pokes = list(self._pokes.get(session, ()))
        for poke in pokes:
            poke()

    def poke_all(self) -> None:
        """Make every socket look at once: somebody's account was changed."""
        with self._lock:
            pokes = [poke for of_session in self._pokes.values() for poke in of_session]
        for poke in pokes:
            poke()


SOCKETS: Final = OpenSockets()


def named(session_key: str) -> str:
    """Name a session without giving its key away: names go through the channel layer."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]


def close_sockets(session_key: str) -> None:
    """Close the sockets of a session that has ended: here at once, elsewhere as soon as they hear."""
    SOCKETS.poke(named(session_key))
    try:
        async_to_sync(_tell)(named(session_key))
    except Exception:
        log.exception("Other processes were not told of a sign-out; their sockets close within a minute")


async def _tell(session: str) -> None:
    async with asyncio.timeout(TELL_SECONDS):
        await get_channel_layer().group_send(GROUP, signed_out(session))


def let_in(
    session_key: str | None, namespace: str | None = None, *, named: str | None = None
) -> tuple[int | None, int]:
    """Give the code to close a socket with, None when it may stay, and whose it is. Reads the database.

    A socket of one plan's board names that plan. ``named`` is whom a proxy says it lets in, if one does.
    """
    request = _request_of(session_key)
    user = get_user(request)
    if not user.is_authenticated or not is_theirs(request.session, user, named=named):
        return SIGNED_OUT, 0
    return (None if may(user, Role.VIEWER, namespace) else NO_ACCESS), user.pk


def _request_of(session_key: str | None) -> HttpRequest:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return request
