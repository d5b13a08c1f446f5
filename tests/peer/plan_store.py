"""A program that keeps plans as OpenClaw's PlanStore does, and knows nothing of Planboard."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import time
from typing import TYPE_CHECKING

from tests.peer.checking import PeerError, PeerPlan, check_namespace, checked_plan
from tests.peer.locking import locked
from tests.peer.merging import merge_steps

if TYPE_CHECKING:
    from pathlib import Path

    from tests.peer.merging import PeerStep, Version

MAX_BYTES = 1_048_576
_SURROGATE = re.compile("[\ud800-\udfff]")


class PeerStore:
    """The peer's plans under one folder."""

    def __init__(self, base: Path, *, version: Version = 3) -> None:
        self.base, self.version = base, version

    def read(self, namespace: str) -> PeerPlan | None:
        """Read and check a plan; None when there is none."""
        data = self.read_bytes(namespace)
        return None if data is None else checked_plan(json.loads(data), namespace)

    def read_bytes(self, namespace: str) -> str | None:
        """Read plan.json's text: a regular file of at most 1 MiB."""
        check_namespace(namespace)
        path = self.base / namespace / "plan.json"
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        except OSError as error:
            name = errno.errorcode[error.errno or 0]
            raise PeerError(f"Plan path symlink rejected ({name}): {path}") from error
        try:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise PeerError(f"Plan path is not a regular file: {path}")
            data = os.pread(fd, MAX_BYTES + 1, 0)
        finally:
            os.close(fd)
        if len(data) > MAX_BYTES:
            raise PeerError(f"Plan file exceeds max size {MAX_BYTES} bytes (got {path.stat().st_size})")
        return data.decode("utf-8", errors="replace")

    def write(self, namespace: str, plan: PeerPlan) -> None:
        """Write a draft and rename it over plan.json; no fsync, no lock, as the peer does."""
        check_namespace(namespace)
        if plan["namespace"] != namespace:
            raise PeerError(f'Plan namespace mismatch: expected "{namespace}", got "{plan["namespace"]}"')
        folder = self.base / namespace
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".plan-{os.urandom(4).hex()}.tmp"
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(as_bytes(plan))
        draft.rename(folder / "plan.json")

    def merge(self, namespace: str, incoming: list[PeerStep], session_key: str | None = None) -> PeerPlan:
        """Do the peer's usual cycle: lock, read, merge, write, release. Returns what it wrote."""
        folder = self.base / namespace
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(folder, version=self.version):
            now = time.time_ns() // 1_000_000
            plan = self.read(namespace) or {
                "namespace": namespace,
                "steps": [],
                "createdAt": now,
                "updatedAt": now,
            }
            existing = plan["steps"]
            assert isinstance(existing, list)
            merged = merge_steps(existing, incoming, session_key, now=now, version=self.version)
            plan = plan | {"steps": merged, "updatedAt": now}
            self.write(namespace, plan)
        return plan


def as_bytes(plan: PeerPlan) -> bytes:
    """Give the bytes of ``JSON.stringify(plan, null, 2)``."""
    text = json.dumps(plan, indent=2, ensure_ascii=False)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()
