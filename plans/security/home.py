"""Whether `<home>` keeps its secrets: the sentences `planboard up` and the system checks print."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, Final

from plans.security.audit import put_aside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import stat_result
    from pathlib import Path

SECRETS: Final = ("secret_key", "signing_key", "audit.jsonl")
PRIVATE_FOLDERS: Final = ("login_codes",)
OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFault:
    """One thing that lets other users of this machine in, and the command that mends it."""

    message: str
    advice: str


def home_faults(home: Path, *, uid: int) -> tuple[HomeFault, ...]:
    """Return what is wrong with `<home>` for the user who runs the board; nothing while it is new."""
    try:
        found = home.stat()
    except FileNotFoundError:
        return ()
    except OSError as error:
        return (_unreadable(home, error),)
    if not stat.S_ISDIR(found.st_mode):
        return (HomeFault(message=f"{home} is not a folder.", advice="Set PLANBOARD_HOME to one."),)
    faults = list(_open_to_others(home, found, uid))
    for path in (*(home / name for name in (*PRIVATE_FOLDERS, *SECRETS)), *put_aside(home)):
        faults.extend(_inside(path, uid))
    return tuple(faults)


def _inside(path: Path, uid: int) -> Iterator[HomeFault]:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    except OSError as error:
        yield _unreadable(path, error)
        return
    is_right = stat.S_ISDIR if path.name in PRIVATE_FOLDERS else stat.S_ISREG
    if is_right(found.st_mode):
        yield from _open_to_others(path, found, uid)
    else:
        kind = "folder" if path.name in PRIVATE_FOLDERS else "file"
        message = f"{path} is not a plain {kind}."
        yield HomeFault(message=message, advice="Remove it and start again; a new one is made.")


def _open_to_others(path: Path, found: stat_result, uid: int) -> Iterator[HomeFault]:
    if found.st_uid != uid:
        yield HomeFault(
            message=f"{path} belongs to another user (uid {found.st_uid}).",
            advice=f"Run the board as that user, or as its owner: chown {uid} {quote(str(path))}",
        )
    if stat.S_IMODE(found.st_mode) & OTHERS:
        mode = "700" if stat.S_ISDIR(found.st_mode) else "600"
        yield HomeFault(
            message=f"{path} is open to other users (mode {stat.S_IMODE(found.st_mode):04o}).",
            advice=f"Close it: chmod {mode} {quote(str(path))}",
        )


def _unreadable(path: Path, error: OSError) -> HomeFault:
    return HomeFault(
        message=f"{path} cannot be looked at: {error.strerror}.",
        advice="Set PLANBOARD_HOME to a folder of yours, or repair its permissions.",
    )
