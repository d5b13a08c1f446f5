"""A demo peer: a program that rewrites plan.json by the OpenClaw PlanStore's own protocol.

It has never heard of this project: lock file, read, merge by text, draft and rename (plan-store.ts,
openclaw/openclaw PR #70031). Run it with the plan's folder and a session key.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

type PlanFile = dict[str, object]
type StepEntry = dict[str, object]

RETRIES = 5
RETRY_STEP = 0.2
NO_FOLLOW = os.O_NOFOLLOW


@contextmanager
def locked(folder: str) -> Iterator[None]:
    """Hold ``.lock`` the peers' way: exclusive creation, five tries, token checked before removal."""
    path = os.path.join(folder, ".lock")  # noqa: PTH118
    token = f"{os.getpid()}-{now()}-{secrets.token_hex(4)}"
    for attempt in range(RETRIES):
        try:
            fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW, 0o600)
            break
        except FileExistsError:
            time.sleep(RETRY_STEP * (attempt + 1))
    else:
        message = f"Failed to acquire plan lock after {RETRIES} retries"
        raise TimeoutError(message)
    os.write(fd, token.encode())
    os.close(fd)
    try:
        yield
    finally:
        with open(path, encoding="utf-8") as held:  # noqa: PTH123
            ours = held.read() == token
        if ours:
            os.unlink(path)  # noqa: PTH108


def merge(existing: list[StepEntry], incoming: list[StepEntry], session: str) -> list[StepEntry]:
    """Merge by exact text: a match is replaced whole, a new text is appended, nothing is removed."""
    stamped = {str(step["step"]): step | {"updatedBy": session, "updatedAt": now()} for step in incoming}
    known = {str(step["step"]) for step in existing}
    kept = [stamped.get(str(step["step"]), step) for step in existing]
    return kept + [step for text, step in stamped.items() if text not in known]


def update(folder: str, incoming: list[StepEntry], session: str) -> None:
    """Lock, read, merge, write a draft, rename it over plan.json."""
    path = os.path.join(folder, "plan.json")  # noqa: PTH118
    with locked(folder):
        plan = read(path)
        steps = plan["steps"]
        plan["steps"] = merge(steps if isinstance(steps, list) else [], incoming, session)
        plan["updatedAt"] = now()
        draft = os.path.join(folder, f".plan-{secrets.token_hex(4)}.tmp")  # noqa: PTH118
        with open(draft, "w", encoding="utf-8", opener=private) as file:
            file.write(json.dumps(plan, indent=2, ensure_ascii=False))
        os.rename(draft, path)  # noqa: PTH104


def read(path: str) -> PlanFile:
    """Read plan.json without a lock, as every reader may."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        plan: PlanFile = json.load(file)
    return plan


def private(path: str, flags: int) -> int:
    """Open a new file for its owner only."""
    return os.open(path, flags | os.O_EXCL | NO_FOLLOW, 0o600)


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def work(folder: str, session: str, pace: float) -> None:
    """Take the steps one after the other, each in progress for a while, then completed."""
    while True:
        steps = read(os.path.join(folder, "plan.json"))["steps"]  # noqa: PTH118
        waiting = [s for s in steps if s["status"] == "pending"] if isinstance(steps, list) else []
        if not waiting:
            time.sleep(pace)
            continue
        text = waiting[0]["step"]
        doing = {"step": text, "status": "in_progress", "activeForm": f"Working: {text}"[:80]}
        update(folder, [doing], session)
        time.sleep(pace)
        update(folder, [{"step": text, "status": "completed"}], session)


if __name__ == "__main__":
    work(sys.argv[1], sys.argv[2], float(sys.argv[3]))
