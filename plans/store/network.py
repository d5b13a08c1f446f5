"""Which file systems are refused: locks and renames mean nothing sure across a network."""

from __future__ import annotations

import os
from functools import cache
from typing import NamedTuple

from plans.domain.errors import StorageFailed

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "lustre"}
)


class Mount(NamedTuple):
    """What a path lies on."""

    kind: str = ""
    """Empty where the system does not tell."""
    point: str = ""
    read_only: bool = False


@cache
def refuse_network_root(root: str) -> None:
    """Raise StorageFailed when the root lies on a network file system."""
    kind = file_system(root)
    if is_network(kind):
        raise StorageFailed(
            f"{root} is on a network file system ({kind}), where locks cannot be trusted",
            advice="Move the plans to a local disk, or set PLANBOARD_ALLOW_NETWORK_ROOT=1.",
        )


def is_network(kind: str) -> bool:
    """Tell whether a kind of file system is another machine's."""
    return kind in _NETWORK


def file_system(path: str) -> str:
    """Name the kind of file system a path lies on; empty where the system does not tell."""
    return mounted(path).kind


def mounted(path: str) -> Mount:
    """Find what a path lies on; the last one mounted at a point hides the others."""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as table:  # noqa: PTH123
            mounts = [line.split(" - ") for line in table]
    except OSError:
        return Mount()
    real = os.path.realpath(path)
    best = Mount()
    for left, right in (mount for mount in mounts if len(mount) == 2):  # noqa: PLR2004
        facts, kind = left.split(" "), right.split(" ")
        point = facts[4].replace("\\040", " ")
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best.point):
            options = {*facts[5].split(","), *kind[-1].strip().split(",")}
            best = Mount(kind[0], point, "ro" in options)
    return best
