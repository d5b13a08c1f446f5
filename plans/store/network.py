"""Which file systems are refused: locks and renames mean nothing sure across a network."""

from __future__ import annotations

import os
from functools import cache

from plans.domain.errors import StorageFailed

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "fuse.sshfs", "lustre"}
)


@cache
def refuse_network_root(root: str) -> None:
    """Raise StorageFailed when the root lies on a network file system."""
    kind = file_system(root)
    if kind in _NETWORK:
        raise StorageFailed(
            f"{root} is on a network file system ({kind}), where locks cannot be trusted",
            advice="Move the plans to a local disk, or set PLANBOARD_ALLOW_NETWORK_ROOT=1.",
        )


def file_system(path: str) -> str:
    """Name the kind of file system a path lies on; empty where the system does not tell."""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="replace") as table:  # noqa: PTH123
            mounts = [line.split(" - ") for line in table]
    except OSError:
        return ""
    real = os.path.realpath(path)
    best, kind = "", ""
    for left, right in (mount for mount in mounts if len(mount) == 2):  # noqa: PLR2004
        point = left.split(" ")[4].replace("\\040", " ")
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, right.split(" ")[0]
    return kind
