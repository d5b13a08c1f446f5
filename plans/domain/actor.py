"""Who does something to a plan: a session, a person, or a peer's file nobody signed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, Self

import msgspec

from plans.domain.errors import PersonOnly, WrongInput

if TYPE_CHECKING:
    from collections.abc import Collection

type ActorKind = Literal["session", "person", "file"]

SESSION_ID_BYTES = 200
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Actor(msgspec.Struct, frozen=True):
    """The author of a change; written to files as ``session:<id>``, ``person:<name>`` or ``file``."""

    kind: ActorKind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @property
    def is_person(self) -> bool:
        return self.kind == "person"

    @property
    def is_session(self) -> bool:
        return self.kind == "session"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what ``str()`` wrote; split at the first colon only, since ids contain colons."""
        kind, _, name = text.partition(":")
        if kind == "session" and name:
            return cls("session", name)
        if kind == "person" and name:
            return cls("person", name)
        return cls("file")


def session(session_id: str) -> Actor:
    """Name a session by its id: 1 to 200 bytes of UTF-8 without control characters."""
    if not session_id:
        message = "The session id is empty"
        raise WrongInput(message, advice="Name the session with --as or PLANBOARD_SESSION.")
    if _UNPRINTABLE.search(session_id):
        message = "The session id contains control characters"
        raise WrongInput(message, advice="Use printable characters only.")
    if len(session_id.encode()) > SESSION_ID_BYTES:
        message = f"The session id is longer than {SESSION_ID_BYTES} bytes"
        raise WrongInput(message, advice="Use a shorter id.")
    return Actor("session", session_id)


def person(username: str) -> Actor:
    """Name a signed-in person."""
    return Actor("person", username)


def require_person(by: Actor, what: str) -> None:
    """Refuse everybody but a person; raises PersonOnly."""
    if not by.is_person:
        raise PersonOnly(what)


def sole_author(names: Collection[str | None]) -> Actor:
    """Name the one session that all changes are signed with, else the file."""
    (name,) = names if len(names) == 1 else (None,)
    return Actor("session", name) if name else FILE


FILE = Actor("file")
