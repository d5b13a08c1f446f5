"""A peer: it follows OpenClaw's lock protocol and knows nothing of us; at times it is paused or dies.

A pause would have to last longer than the ten seconds after which an old peer takes any lock. Instead the
lock's time is set back by as much; to whoever looks at the file it is the same.
"""

from __future__ import annotations

import fcntl
import os
import random
import signal
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.peer.checking import PeerError
from tests.peer.locking import locked
from tests.peer.merging import merge_steps
from tests.peer.plan_store import PeerStore
from tests.torture.calling import PLAN
from tests.torture.log import Log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.peer.merging import PeerStep

OVER_TEN_SECONDS = 12.0
"""Older peers take a lock that is ten seconds old."""
OVER_A_MINUTE = 65.0
"""Newer ones take it after a minute, if its process has ended."""


def work(*, place: str, who: str, turns: int, seed: str, pauses: float = 0.0, dies: bool = False) -> None:
    """Merge so many times; ``pauses`` is how often it is paused with the lock in hand."""
    folder = Path(place)
    peer = Peer(folder / "root", Log(folder / "logs", who), random.Random(seed))  # noqa: S311 - no secret
    for turn in range(turns):
        time.sleep(peer.chance.uniform(0, 0.02))
        peer.merge(turn, paused=peer.chance.random() < pauses, dies=dies and turn == turns // 2)


class Peer:
    """One program with a few steps of its own, each of which it takes through its states."""

    def __init__(self, root: Path, log: Log, chance: random.Random) -> None:
        self.store, self.log, self.chance = PeerStore(root), log, chance
        self.folder = root / PLAN
        self.name = f"theirs {log.who}"

    def merge(self, turn: int, *, paused: bool = False, dies: bool = False) -> None:
        """Do its usual cycle: lock, read, merge, write, release; a busy lock is tried again."""
        states = ("pending", "in_progress", "completed", "cancelled")
        sent: list[PeerStep] = [{"step": f"{self.name} {turn % 4}", "status": self.chance.choice(states)}]
        told = {str(step["step"]): str(step["status"]) for step in sent}
        number = self.log.asked(doing="merge", sent=told, title=self.name)
        while True:
            try:
                with locked(self.folder, sleep=lambda seconds: time.sleep(seconds / 20), alone=self._alone):
                    self._hold(sent, paused=paused, dies=dies)
            except PeerError as error:
                if "after 5 retries" in str(error):
                    continue
                raise
            break
        self.log.answered(number, outcome="done")

    def _hold(self, sent: list[PeerStep], *, paused: bool, dies: bool) -> None:
        token = self._lock()
        plan, read = self.store.read(PLAN), self._stat()
        assert plan is not None
        if paused:
            self._set_back(OVER_TEN_SECONDS)
            self.log.event(what="paused")
            os.kill(os.getpid(), signal.SIGSTOP)  # whoever started us lets us go on
        if dies:
            self._set_back(OVER_A_MINUTE)
            self.log.event(what="crashed")
            os._exit(9)
        time.sleep(self.chance.uniform(0, 0.004))  # it works out what to write
        if self._lock() != token:
            self.log.event(what="robbed", note=f"its token was {token}, there was {self._lock() or 'none'}")
        if self._stat() != read:
            self.log.event(what="overwritten", note="it would have undone that by its own write")
        steps = plan["steps"]
        assert isinstance(steps, list)
        at = time.time_ns() // 1_000_000
        merged = merge_steps(steps, sent, self.log.who, now=at)
        self.store.write(PLAN, plan | {"steps": merged, "updatedAt": at})

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one peer at a time look at an old lock and take it: what they do to each other is not ours."""
        with (self.folder.parents[1] / "notes" / "taking").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    def _lock(self) -> str:
        try:
            return (self.folder / ".lock").read_text(encoding="ascii")
        except FileNotFoundError:
            return ""

    def _stat(self) -> tuple[int, int]:
        facts = (self.folder / "plan.json").stat()
        return facts.st_ino, facts.st_mtime_ns

    def _set_back(self, seconds: float) -> None:
        at = time.time() - seconds
        os.utime(self.folder / ".lock", (at, at))
