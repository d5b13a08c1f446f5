"""Who may keep a socket open, and how signing out reaches the sockets of this process."""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from plans.security.roles import Role, may

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import AnonymousUser, User

MALFORMED: Final = 4400
SIGNED_OUT: Final = 4401
NO_ACCESS: Final = 4403

type Poke = Callable[[], None]


class OpenSockets:
    """The open sockets by session key; a poke makes a socket look again whether it may stay."""

    def __init__(self) -> None:
        self._pokes: dict[str, set[Poke]] = defaultdict(set)
        self._lock = Lock()

    def add(self, session_key: str, poke: Poke) -> None:
        with self._lock:
            self._pokes[session_key].add(poke)

    def remove(self, session_key: str, poke: Poke) -> None:
        with self._lock:
            pokes = self._pokes[session_key]
            pokes.discard(poke)
            if not pokes:
                del self._pokes[session_key]

    def poke(self, session_key: str) -> None:
        """Make the sockets of a session look at once; from any thread."""
        with self._lock:
            pokes = list(self._pokes.get(session_key, ()))
        for poke in pokes:
            poke()


SOCKETS: Final = OpenSockets()


def refused_as(session_key: str | None) -> int | None:
    """Give the code to close a socket with, None when it may stay. Reads the database."""
    user = _user_of(session_key)
    if not user.is_authenticated:
        return SIGNED_OUT
    return None if may(user, Role.VIEWER) else NO_ACCESS


def person_of(session_key: str | None) -> int | None:
    """Give the key of the person whose session this is, None for nobody's. Reads the database."""
    return _user_of(session_key).pk


def _user_of(session_key: str | None) -> User | AnonymousUser:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return get_user(request)
