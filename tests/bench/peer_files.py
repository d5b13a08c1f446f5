"""Another program's plan files: every change rewrites plan.json by a rename, as OpenClaw does."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SESSION = "agent:main:bench"
_NEXT = {"pending": "in_progress", "in_progress": "completed", "completed": "pending"}
_STARTS = ("completed", "in_progress", "pending", "pending")


class PeerPlan:
    """One plan of a peer. ``swap`` changes the status of one step after the other."""

    def __init__(self, root: Path, namespace: str, *, steps: int) -> None:
        self.folder = root / namespace
        self.folder.mkdir(mode=0o700, parents=True)
        self.namespace = namespace
        self.changed = 0
        """The number of the step that the last change was about."""
        now = time.time_ns() // 1_000_000
        self._plan = {"namespace": namespace, "steps": [], "createdAt": now, "updatedAt": now}
        self._steps = [
            {"step": f"Step {number} of the plan", "status": _STARTS[number % 4]}
            for number in range(1, steps + 1)
        ]
        self._draft = self.folder / f".plan-{os.urandom(4).hex()}.tmp"
        self._replace()

    def swap(self) -> float:
        """Change the next step's status; gives the moment before the rename, s on ``perf_counter``."""
        self.changed = self.changed % len(self._steps) + 1
        step = self._steps[self.changed - 1]
        step |= {"status": _NEXT[step["status"]], "updatedBy": SESSION}
        return self._replace()

    def say(self, text: str) -> None:
        """Write what the first step's worker does."""
        self._steps[0] |= {"status": "in_progress", "activeForm": text}
        self._replace()

    def _replace(self) -> float:
        self._plan |= {"steps": self._steps, "updatedAt": time.time_ns() // 1_000_000}
        self._draft.write_text(json.dumps(self._plan, indent=2), encoding="utf-8")
        path = self.folder / "plan.json"
        now = time.perf_counter()
        self._draft.replace(path)
        return now
