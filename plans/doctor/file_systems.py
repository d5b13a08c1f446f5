"""Which file systems the root and the home lie on, and what each of them cannot be trusted with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, NamedTuple

from plans.doctor.finding import advice, broken, counted, shell, well
from plans.store.network import is_network, mounted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plans.doctor.finding import Finding
    from plans.doctor.place import Place

_MEBIBYTE: Final = 1024 * 1024
LITTLE_SPACE: Final = 64 * _MEBIBYTE
"""Below this an edit of the largest plans may not fit any more, and logs take the rest."""
NO_SPACE: Final = 4 * _MEBIBYTE
"""A rewrite of the largest plan.json needs two of these, and its journal line another."""
FEW_INODES, NO_INODES = 1_000, 16
_VANISHING: Final = frozenset({"tmpfs", "ramfs"})
_WITHOUT_LINKS: Final = frozenset({"vfat", "exfat", "msdos"})
_SHARED_BY_MACHINES: Final = frozenset({"virtiofs", "vboxsf", "prl_fs", "vmhgfs", "fakeowner", "drvfs"})


class _Word(NamedTuple):
    is_broken: bool
    message: str
    advice: str


def kinds(place: Place) -> Iterator[Finding]:
    """Look at what each folder lies on."""
    for topic, path in (("root", place.root), ("home", place.home)):
        found = mounted(_there(path))
        if not found.kind:
            yield well(topic, f"this system does not tell which file system {path} is on")
            continue
        word = _word(topic, path, found.kind, allowed=place.settings.allow_network_root)
        if word is not None:
            say = broken if word.is_broken else advice
            yield say(topic, word.message, do=word.advice)
        if found.read_only:
            message = f"{path} is on a file system that is mounted read-only"
            do = "Plans are shown; nothing can be saved until it is writable again."
            command = shell("sudo", "mount", "-o", "remount,rw", found.point)
            yield broken(topic, message, do=do, command=command)
        if word is None and not found.read_only:
            yield well(topic, f"{path} is on {found.kind}, where locks, renames and notifications work")


def space(place: Place) -> Iterator[Finding]:
    """Look whether there is room for what is saved next."""
    for topic, path in (("root", place.root), ("home", place.home)):
        try:
            facts = os.statvfs(_there(path))
        except OSError:
            continue  # told by the look at the folder itself
        free = facts.f_bavail * facts.f_frsize
        message = f"{free // _MEBIBYTE:,} MiB and {counted(facts.f_favail, 'inode')} are free for {path}"
        # File systems that make inodes as they go tell that they have none at all.
        few = facts.f_files > 0
        if free < NO_SPACE or (few and facts.f_favail < NO_INODES):
            do = "Edits are refused when the disk is full. Make room."
            yield broken(topic, message, do=do, command=_largest(path))
        elif free < LITTLE_SPACE or (few and facts.f_favail < FEW_INODES):
            do = "Edits are refused when the disk is full. Make room soon."
            yield advice(topic, message, do=do, command=_largest(path))
        else:
            yield well(topic, message)


def _word(topic: str, path: str, kind: str, *, allowed: bool) -> _Word | None:
    """Say what is wrong with a kind; None: nothing."""
    if is_network(kind):
        return _of_a_network(topic, path, kind, allowed=allowed)
    if kind in _WITHOUT_LINKS:
        message = f"{path} is on {kind}, which knows neither permissions nor hard links"
        return _Word(is_broken=True, message=message, advice="Move it to a file system of this system.")
    if kind in _SHARED_BY_MACHINES or kind.startswith("fuse"):
        message = f"{path} is on {kind}: what is changed on its other side may not be announced here"
        return _Word(is_broken=False, message=message, advice=_USE_LOCAL)
    if kind in _VANISHING:
        message = f"{path} is on {kind}: it is gone when the machine stops"
        return _Word(is_broken=False, message=message, advice="Move what you want to keep to a disk.")
    if kind == "overlay":
        message = f"{path} is in a container's own layer: it is gone when the container is removed"
        return _Word(is_broken=False, message=message, advice="Put a volume there.")
    return None


_USE_LOCAL = "Changes are then found within 30 s; keep board and agents on one side, on a local disk."


def _of_a_network(topic: str, path: str, kind: str, *, allowed: bool) -> _Word:
    message = f"{path} is on a network file system ({kind}), which is not supported: locks mean nothing sure"
    if topic == "root" and allowed:
        return _Word(
            is_broken=False, message=message, advice="PLANBOARD_ALLOW_NETWORK_ROOT lets you: one writer only."
        )
    advised = (
        f"Move it to a local disk and set PLANBOARD_{topic.upper()}; agents elsewhere come in by the API."
    )
    return _Word(is_broken=True, message=message, advice=advised)


def _largest(path: str) -> str:
    return f"{shell('sudo', 'du', '-xh', _there(path))} | sort -h | tail -n 20"


def _there(path: str) -> str:
    """Give the folder, or the nearest one above it that exists."""
    while not os.path.exists(path):  # noqa: PTH110
        path = os.path.dirname(path)  # noqa: PTH120
    return path
