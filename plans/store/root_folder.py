"""The folder all plans lie in: which plans there are, making a plan's folder, moving it into the trash."""

from __future__ import annotations

import os
from contextlib import suppress

from plans.domain.errors import PlanError, StorageFailed, WrongInput
from plans.store import journal_reading
from plans.store.paths import (
    JOURNAL,
    PLAN,
    TRASH,
    Folder,
    check_namespace,
    give_to_owner,
    is_namespace,
    storage_failed,
)

_SHARED, _SHARED_FOLDER = 0o070, 0o2770


def namespaces(root: str) -> list[str]:
    """List the plans: folders that hold a plan.json or a journal. Raises StorageFailed."""
    try:
        with os.scandir(root) as entries:
            names = [entry.name for entry in entries if is_namespace(entry.name)]
    except OSError as error:
        raise _root_failed(root, error) from error
    return sorted(name for name in names if exists(root, name))


def is_there(root: str) -> bool:
    """Tell whether there is a folder of plans at all."""
    return os.path.isdir(root)  # noqa: PTH112


def exists(root: str, namespace: str) -> bool:
    """Tell whether there is a plan, readable or not."""
    path = f"{root}/{namespace}"
    if os.path.lexists(f"{path}/{PLAN}"):
        return True
    if not os.path.lexists(f"{path}/{JOURNAL}"):
        return False
    try:
        with Folder(root, namespace) as folder:
            return journal_reading.begun(folder)
    except PlanError:
        return True


def make_folder(root: str, namespace: str) -> None:
    """Make a plan's folder, durably; one that is there already is kept. Raises WrongInput, StorageFailed."""
    check_namespace(namespace)
    _refuse_other_case(root, namespace)
    add_folder(root, namespace)


def add_folder(root: str, namespace: str) -> None:
    """Make a folder durably, whatever the others are called. Raises StorageFailed."""
    try:
        _make_like(root, f"{root}/{namespace}")
        _flush(root)
    except FileExistsError:
        return
    except OSError as error:
        raise _root_failed(root, error) from error


def _make_like(above: str, path: str) -> None:
    """Make a folder for us alone, or for the group where the one above it is for the group. Raises OSError.

    A board and agents that run as different users share a root; what one of them makes, the others use.
    What root makes is the owner's of the folder above.
    """
    os.mkdir(path, 0o700)  # noqa: PTH102 - as everywhere here: pathlib is not imported
    owner = os.stat(above)  # noqa: PTH116
    if owner.st_mode & _SHARED == _SHARED:
        os.chmod(path, _SHARED_FOLDER)  # noqa: PTH101
    if os.geteuid() == 0 and owner.st_uid != 0:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            give_to_owner(fd, owner)
        finally:
            os.close(fd)


def make_private(path: str) -> None:
    """Make a folder, and those above it that are missing, durably and for us alone. Raises OSError.

    ``os.makedirs`` gives its mode to the last one only; the others would be open to all.
    """
    above = os.path.dirname(path)  # noqa: PTH120
    if above and not os.path.isdir(above):  # noqa: PTH112
        make_private(above)
    with suppress(FileExistsError):
        os.mkdir(path, 0o700)  # noqa: PTH102
        _flush(above or ".")


def _flush(folder: str) -> None:
    """Wait until the entries of a folder are on disk."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _refuse_other_case(root: str, namespace: str) -> None:
    """Refuse a name that some file systems, and most people, take for another plan's."""
    try:
        names = os.listdir(root)  # noqa: PTH208
    except OSError as error:
        raise _root_failed(root, error) from error
    for name in names:
        if name != namespace and name.casefold() == namespace.casefold() and exists(root, name):
            message = f"{namespace!r} differs from the plan {name!r} only in case"
            raise WrongInput(message, advice="Choose a name that differs in more than case.")


def move_to_trash(folder: Folder, *, at: int) -> str:
    """Move a plan's folder into the trash, ``at`` (ms) in its name; returns where it is now."""
    trash = f"{folder.root}/{TRASH}"
    there = f"{trash}/{folder.namespace}-{at}"
    try:
        with suppress(FileExistsError):
            _make_like(folder.root, trash)
        os.rename(folder.path, there)  # noqa: PTH104
    except OSError as error:
        raise storage_failed(error, "move", folder.path) from error
    try:
        _flush(trash)
        _flush(folder.root)
    except OSError as error:  # a loss of power would bring it back, so it was not deleted
        with suppress(OSError):
            os.rename(there, folder.path)  # noqa: PTH104
        raise storage_failed(error, "move", folder.path) from error
    return there


def was_deleted(root: str, namespace: str, *, since: int, epoch: str = "") -> bool:
    """Tell whether somebody deleted a plan through us, into the trash, at or after ``since`` (ms).

    The one of the ``epoch`` is known whatever the clock said then: it may have been set back before.
    """
    try:
        names = os.listdir(f"{root}/{TRASH}")  # noqa: PTH208
    except OSError:
        return False
    times = [name.removeprefix(f"{namespace}-") for name in names if name.startswith(f"{namespace}-")]
    times = [text for text in times if text.isdecimal()]
    if any(int(text) >= since for text in times):
        return True
    return bool(epoch) and any(
        journal_reading.epoch_in(f"{root}/{TRASH}/{namespace}-{text}") == epoch for text in times
    )


def _root_failed(root: str, error: OSError) -> StorageFailed:
    if isinstance(error, FileNotFoundError):
        advice = "Create the folder, or name another one with --root or PLANBOARD_ROOT."
        return StorageFailed(f"There is no plan folder {root}", advice=advice)
    return storage_failed(error, "read", root)
