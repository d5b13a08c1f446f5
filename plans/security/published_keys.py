"""Whose signatures count, and which decisions are older than signing: kept in `<home>`, told in the root.

The copy in the root is for processes that cannot read `<home>`. Whoever may write into the root may put
another one there; a process that has the key never reads it.
"""

from __future__ import annotations

import contextlib
import json
import os
from secrets import token_hex
from typing import Final

import msgspec

from plans.domain.errors import StorageFailed
from plans.security.decision_key import is_public_key
from plans.security.home_owner import give_to_owner

KEPT: Final = "decision_keys.json"
PUBLISHED: Final = ".decision_keys.json"
_LIMIT: Final = 16 * 1024 * 1024


class Trusted(msgspec.Struct, frozen=True, kw_only=True):
    """Public keys (base64), our own first, and sha256 of the decisions that stood before there was a key."""

    v: int = 1
    keys: tuple[str, ...] = ()
    older: tuple[str, ...] = ()


def read_trusted(path: str) -> Trusted | None:
    """Read a file of keys; None when there is none, or none that can be used."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as file:
            found = msgspec.convert(json.loads(file.read(_LIMIT)), Trusted)
    except (OSError, ValueError):
        return None
    return found if found.keys and all(map(is_public_key, found.keys)) else None


def keep(home: str, trusted: Trusted) -> None:
    """Write our own list. Raises StorageFailed."""
    try:
        _replace(f"{home}/{KEPT}", msgspec.json.encode(trusted), mode=0o600)
    except OSError as error:
        message = f"{home}/{KEPT} cannot be written: {error.strerror}"
        raise StorageFailed(message, advice="Make that folder writable for yourself.") from error


def publish(root: str, trusted: Trusted) -> bool:
    """Tell everybody who reads the root; False where it cannot be written, or is not there yet."""
    data = msgspec.json.encode(trusted)
    path = f"{root}/{PUBLISHED}"
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - the command line avoids importing pathlib
            if file.read(len(data) + 1) == data:
                return True
    except OSError:
        pass  # none there, or none that we can read: it is replaced
    try:
        _replace(path, data, mode=0o644)
    except OSError:
        return False
    return True


def _replace(path: str, data: bytes, *, mode: int) -> None:
    draft = f"{path}.{token_hex(8)}"
    try:
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(fd, "wb") as file:
            give_to_owner(draft)
            file.write(data)
            os.fchmod(fd, mode)  # whatever the umask says
            file.flush()
            os.fsync(fd)
        os.rename(draft, path)  # noqa: PTH104
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)  # noqa: PTH108
