"""Where the pages of sessions and of activity are. A session's id may hold anything, its address may not."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from plans.web.spans import HOUR, SECOND

SESSIONS = "/sessions/"
ACTIVITY = "/activity/"
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
_QUOTED = re.compile(r"~([0-9A-F]{2})")


def session_key(session: str) -> str:
    """Write an id so that it can stand between slashes: other bytes as ``~2F``; dots too where all are."""
    kept = _PLAIN if session.strip(".") else frozenset[int]()
    data = session.encode("utf-8", "surrogatepass")
    return "".join(chr(byte) if byte in kept else f"~{byte:02X}" for byte in data)


def session_of(key: str) -> str | None:
    """Read the id back; None for what ``session_key`` never writes."""
    data = b"".join(
        bytes.fromhex(part) if at % 2 else part.encode() for at, part in enumerate(_QUOTED.split(key))
    )
    try:
        session = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None
    return session if session and session_key(session) == key else None


def session_url(session: str) -> str:
    """Give the page of one session."""
    return f"{SESSIONS}{session_key(session)}/"


def hand_over_url(session: str) -> str:
    """Give where all that a session has is handed over."""
    return f"{session_url(session)}hand-over/"


def sessions_url(**query: str) -> str:
    """Give the list of sessions; empty values are left out."""
    return _with(SESSIONS, query)


def activity_url(**query: str) -> str:
    """Give what happened, narrowed down; empty values are left out."""
    return _with(ACTIVITY, query)


def last_hour_url(session: str, progress_at: int) -> str:
    """Give what a session did in the hour before the second of its last change, ``progress_at`` (ms)."""
    return activity_url(who=f"session:{session}", since=str(progress_at - progress_at % SECOND - HOUR))


def _with(path: str, query: dict[str, str]) -> str:
    said = urlencode({name: value for name, value in query.items() if value})
    return f"{path}?{said}" if said else path
