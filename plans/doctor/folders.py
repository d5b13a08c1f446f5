"""Who may read and write the root and the home; other users of this machine see only what they must."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from grp import getgrgid
from pathlib import Path
from pwd import getpwuid
from typing import TYPE_CHECKING, Final, NamedTuple

from plans.doctor.finding import advice, broken, several, shell, well
from plans.security.home import home_faults
from plans.security.home_format import FORMAT, format_of
from plans.store.paths import JOURNAL, PLAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.doctor.finding import Finding
    from plans.doctor.place import Place

_GROUP: Final = 0o070
_OTHERS_READ, _OTHERS_WRITE = 0o005, 0o002
_SHARED: Final = 0o060


def home(place: Place) -> Iterator[Finding]:
    """Look whether the home keeps its secrets."""
    folder = Path(place.home)
    faults = home_faults(folder, uid=place.uid)
    for fault in faults:
        yield broken("home", fault.message, do="Its secrets are not safe.", command=_command(fault.advice))
    if faults:
        return
    if (found := format_of(folder)) > FORMAT:
        message = f"{folder} was used by a newer version of Planboard (format {found})"
        yield broken(
            "home", message, do="Update this one, or set PLANBOARD_HOME.", command="git pull && make run"
        )
    elif not folder.exists():
        yield well("home", f"{folder} does not exist yet; the first `planboard up` makes it")
    elif not place.may(place.home, os.W_OK):
        do = "Let this user write there: the database and the secrets are kept in it."
        yield broken("home", f"{folder} is read-only", do=do, command=shell("chmod", "u+w", str(folder)))
    else:
        yield well("home", f"{folder} is {_name(place.uid)}'s alone")


def root(place: Place) -> Iterator[Finding]:
    """Look whether the folder of the plans can be used, and by whom."""
    path = place.root
    try:
        found = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        do = "It is empty until an agent makes it. If your plans are elsewhere, set PLANBOARD_ROOT."
        yield advice("root", f"{path} does not exist", do=do, command=shell("mkdir", "-p", "-m", "700", path))
        return
    except OSError as error:
        do = "Let this user in, or set PLANBOARD_ROOT to another folder."
        yield broken("root", f"{path} cannot be looked at: {error.strerror}", do=do)
        return
    if not stat.S_ISDIR(found.st_mode):
        yield broken("root", f"{path} is not a folder", do="Set PLANBOARD_ROOT to a folder.")
        return
    yield from _usable(place, found)
    if found.st_mode & _GROUP == _GROUP:
        yield from _shared(place, found)


def files(place: Place) -> Iterator[Finding]:
    """Look at every plan's folder and files."""
    bad = _Files([], [], [], [])
    group = os.stat(place.root).st_mode & _GROUP == _GROUP if place.own else False  # noqa: PTH116
    for name in place.own:
        _look(place, f"{place.root}/{name}", bad, shared=group)
    yield from _told(place, bad)
    if place.own and not any(bad):
        yield well("files", "every plan's files can be read and written by this user")


class _Files(NamedTuple):
    linked: list[str]
    unread: list[str]
    unwritten: list[str]
    unshared: list[str]


def _usable(place: Place, found: os.stat_result) -> Iterator[Finding]:
    path = place.root
    mode = f"mode {stat.S_IMODE(found.st_mode):04o}, of {_name(found.st_uid)}"
    if found.st_mode & _OTHERS_WRITE:
        do = "Every user of this machine may change your plans. Close it."
        yield broken(
            "root", f"{path} can be written by everybody ({mode})", do=do, command=_chmod("o-w", path)
        )
    elif found.st_mode & _OTHERS_READ:
        do = "Every user of this machine may read your plans. Close it if they should not."
        yield advice("root", f"{path} is open to others ({mode})", do=do, command=_chmod("o-rwx", path))
    if not place.may(path, os.R_OK | os.X_OK):
        do = "Nothing is shown until this user may read it."
        yield broken("root", f"{path} cannot be read ({mode})", do=do, command=_chmod("u+rwx", path))
    elif not place.may(path, os.W_OK):
        do = "Plans are shown and cannot be edited until this user may write there."
        yield advice("root", f"{path} is read-only ({mode})", do=do, command=_chmod("u+w", path))
    else:
        yield well("root", f"{path} can be read and written ({mode})")


def _shared(place: Place, found: os.stat_result) -> Iterator[Finding]:
    """A root for a board and agents that run as different users: 2770, both in its group."""
    group = _group(found.st_gid)
    if not found.st_mode & stat.S_ISGID:
        do = "What is made in it should belong to its group, or the others cannot write it."
        message = f"{place.root} is shared with the group {group}, and new files are not"
        yield broken("root", message, do=do, command=_chmod("2770", place.root))
    if found.st_gid not in place.groups and place.uid:
        do = f"Add this user to the group {group}, then sign in again."
        message = f"{place.root} is shared with a group that this user is not in"
        yield broken("root", message, do=do, command=shell("sudo", "usermod", "-aG", group, _name(place.uid)))


def _look(place: Place, path: str, bad: _Files, *, shared: bool) -> None:
    name = os.path.basename(path)  # noqa: PTH119
    if os.path.islink(path):  # noqa: PTH114
        bad.linked.append(name)
        return
    if not place.may(path, os.R_OK | os.X_OK) or any(not place.may(found, os.R_OK) for found in _ours(path)):
        bad.unread.append(name)
    elif not place.may(path, os.W_OK) or any(not place.may(found, os.W_OK) for found in _ours(path)):
        bad.unwritten.append(name)
    elif shared and any(not _is_shared(found) for found in (path, *_ours(path))):
        bad.unshared.append(name)


def _told(place: Place, bad: _Files) -> Iterator[Finding]:
    if bad.linked:
        do = "A link is never followed, so that no plan leads out of the root. Put the folder itself there."
        yield broken("files", f"These plans are links: {several(bad.linked)}", do=do)
    if bad.unread:
        do = "They are shown as unreadable until this user may read them."
        paths = [f"{place.root}/{name}" for name in bad.unread]
        message = f"These plans cannot be read: {several(bad.unread)}"
        yield broken("files", message, do=do, command=shell("sudo", "chmod", "-R", "u+rwX,g+rwX", *paths))
    if bad.unwritten:
        do = "They are shown and cannot be edited until this user may write them."
        paths = [f"{place.root}/{name}" for name in bad.unwritten]
        message = f"These plans are read-only: {several(bad.unwritten)}"
        yield advice("files", message, do=do, command=shell("sudo", "chmod", "-R", "u+rwX,g+rwX", *paths))
    if bad.unshared:
        do = "Others of the root's group cannot write them."
        paths = [f"{place.root}/{name}" for name in bad.unshared]
        message = f"These plans are not shared as their root is: {several(bad.unshared)}"
        yield advice("files", message, do=do, command=shell("chmod", "-R", "g+rwX", *paths))


def _ours(folder: str) -> list[str]:
    found = [f"{folder}/{name}" for name in (PLAN, JOURNAL)]
    return [path for path in found if os.path.lexists(path)]


def _is_shared(path: str) -> bool:
    with suppress(OSError):
        return os.stat(path, follow_symlinks=False).st_mode & _SHARED == _SHARED  # noqa: PTH116
    return True


def _command(words: str) -> str:
    """Find the command in an advice such as ``Close it: chmod 700 /there``."""
    _, found, command = words.rpartition(": ")
    return command if found and command.startswith(("chmod", "chown")) else ""


def _chmod(mode: str, path: str) -> str:
    return shell("chmod", mode, path)


def _name(uid: int) -> str:
    with suppress(KeyError):
        return getpwuid(uid).pw_name
    return f"user {uid}"


def _group(gid: int) -> str:
    with suppress(KeyError):
        return getgrgid(gid).gr_name
    return str(gid)
