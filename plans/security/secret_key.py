"""The key that signs cookies: made once, in `<home>`, readable by its owner only; no Django here."""

from __future__ import annotations

import contextlib
import os
import secrets
from typing import TYPE_CHECKING, Final

from plans.domain.errors import StorageFailed
from plans.security.home_owner import give_to_owner

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "secret_key"
BYTES: Final = 64
_SHORTEST: Final = 50


def secret_key(home: Path) -> str:
    """Return the key of this board, made at the first call; raises StorageFailed.

    Processes that start together agree: each writes a file of its own, and the first to link it under
    the final name wins. So the name never stands for half a key, whatever moment a process dies at.
    """
    path = home / NAME
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        message = f"The board's key {path} cannot be made or read: {error.strerror}"
        advice = "Make that folder writable for yourself, or set PLANBOARD_HOME to one that is."
        raise StorageFailed(message, advice=advice) from error
    except UnicodeDecodeError as error:
        raise _useless(path) from error
    if len(key) < _SHORTEST:
        raise _useless(path)
    return key


def _make(path: Path) -> None:
    fresh = path.with_name(f".{NAME}.{secrets.token_hex(8)}")
    try:
        # O_EXCL also refuses to follow a link that somebody put there.
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            give_to_owner(fresh)
            file.write(secrets.token_urlsafe(BYTES) + "\n")
            file.flush()
            os.fsync(descriptor)
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _useless(path: Path) -> StorageFailed:
    message = f"The board's key {path} is damaged: it is too short or no text"
    return StorageFailed(message, advice="Remove that file and start again; everyone has to sign in anew.")
