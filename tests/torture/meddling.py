"""What happens to processes while they work: some are killed and replaced, paused ones go on in time."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.torture.calling import PLAN
from tests.torture.history import Answered, Asked, read_entries

if TYPE_CHECKING:
    import random

    from tests.torture.log import Log
    from tests.torture.staging import Stage

PAUSE = 0.3
"""Seconds a paused peer stays so; its lock looks far older."""

type Parts = dict[str, object]


class Meddler:
    """Starts the processes of a round, and does to them what is to happen."""

    def __init__(self, stage: Stage, log: Log, chance: random.Random, *, kills: int, bug: str) -> None:
        self._stage, self._log, self._chance, self._bug = stage, log, chance, bug
        self._kills = kills
        self._next_kill = time.monotonic() + chance.expovariate(1 / 0.1)
        self._ours: dict[int, Parts] = {}
        self._theirs: dict[int, Parts] = {}
        self._readers: set[int] = set()
        self._paused: dict[int, float] = {}
        self._locks = DeadLocks(log, stage.place / "root" / PLAN / ".lock")

    def start_ours(self, name: str, turns: int, **parts: object) -> None:
        """Start one of ours."""
        told: Parts = {"name": name, "turns": turns, "bug": self._bug, **parts}
        self._ours[self._stage.start("ours", name, **told)] = told

    def start_theirs(self, who: str, turns: int, **parts: object) -> None:
        """Start a peer."""
        told: Parts = {"turns": turns, **parts}
        self._theirs[self._stage.start("theirs", who, **told)] = told

    def start_reader(self, who: str, **parts: object) -> None:
        """Start a reader; it reads until all others have ended."""
        self._readers.add(self._stage.start("reader", who, turns=1_000_000, bug=self._bug, **parts))

    def until_halfway(self) -> None:
        """Meddle until ours have made a quarter of the revisions they might make, or one has ended."""
        started, wanted = len(self._ours), sum(int(str(parts["turns"])) for parts in self._ours.values()) // 4
        before = self._revisions()
        while len(self._ours) >= started and self._revisions() < before + wanted:
            self._tick()
        self._locks.look()

    def until_all_ended(self) -> None:
        """Meddle until all but the readers have ended, and end those."""
        while not self._is_over():
            self._tick()
        for pid in self._readers:
            os.kill(pid, signal.SIGKILL)
        self._stage.wait()
        self._locks.end()

    def _revisions(self) -> int:
        journal = self._stage.place / "root" / PLAN / "journal.jsonl"
        return journal.read_bytes().count(b"\n") if journal.exists() else 0

    def _is_over(self) -> bool:
        return not (self._ours or self._theirs)

    def _tick(self) -> None:
        time.sleep(0.004)
        self._stage.ended()
        for pid in [pid for pid in self._ours if pid not in self._stage.alive]:
            self._ours.pop(pid)
            self._locks.dead.add(pid)
        for pid in [pid for pid in self._theirs if pid not in self._stage.alive]:
            self._replace_crashed(self._theirs.pop(pid))
        self._wake_paused()
        if self._kills and self._ours and time.monotonic() > self._next_kill:
            self._kill_one()
        self._locks.look()

    def _replace_crashed(self, parts: Parts) -> None:
        """Let another peer take over the lock that a crashed one left."""
        if parts.get("dies"):
            self.start_theirs("heir", 2, seed=str(parts["seed"]))

    def _wake_paused(self) -> None:
        for pid in self._theirs:
            if not _is_stopped(pid):
                self._paused.pop(pid, None)
            elif time.monotonic() - self._paused.setdefault(pid, time.monotonic()) > PAUSE:
                os.kill(pid, signal.SIGCONT)

    def _kill_one(self) -> None:
        """Kill one of ours wherever it is; the next one sends again what was not answered."""
        self._kills -= 1
        self._next_kill = time.monotonic() + self._chance.expovariate(1 / 0.1)
        pid = self._chance.choice(list(self._ours))
        who, parts = self._stage.alive[pid], self._ours.pop(pid)
        os.kill(pid, signal.SIGKILL)
        self._log.event(who=who, what="killed")
        self._locks.dead.add(pid)
        while pid in self._stage.alive:
            self._stage.ended()
        turns = max(int(str(parts["turns"])) // 2, 2)
        again = _unanswered_key(self._stage.place / "logs" / f"{who}.jsonl")
        self.start_ours(str(parts["name"]), turns, seed=f"{parts['seed']}+", again=again)


class DeadLocks:
    """Watches whether a lock of ours outlives its process, and for how long."""

    def __init__(self, log: Log, lock: Path) -> None:
        self.dead: set[int] = set()
        self._log, self._lock = log, lock
        self._token, self._since, self._seen = "", 0.0, 0.0

    def look(self) -> None:
        """Look at the lock; what stood and is gone is noted with how long it was seen to stand."""
        before, token = time.monotonic(), self._dead_token()
        if token and token == self._token:
            self._seen = before
        elif token != self._token:
            self._note()
            self._token, self._since, self._seen = token, time.monotonic(), before

    def end(self) -> None:
        """Note a lock that still stands."""
        self.look()
        self._note()

    def _note(self) -> None:
        """Say for how long it surely stood: whoever looks may be held up between two looks."""
        if self._token:
            lasted = max(self._seen - self._since, 0.0)
            self._log.event(what="stood", at=self._seen, note=self._token, lasted=lasted)

    def _dead_token(self) -> str:
        try:
            token = self._lock.read_text(encoding="ascii")
        except FileNotFoundError:
            return ""
        head = token.partition("-")[0]
        return token if head.isdigit() and int(head) in self.dead else ""


def _is_stopped(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "T"
    except FileNotFoundError:
        return False


def _unanswered_key(log: Path) -> str:
    """Find the key a dead process had sent and got no answer for; empty where there is none."""
    if not log.exists():
        return ""
    last, answers = "", set[int]()
    number = 0
    for entry in read_entries(log.read_bytes()):
        if isinstance(entry, Asked) and entry.key:
            last, number = entry.key, entry.number
        elif isinstance(entry, Answered):
            answers.add(entry.number)
    return last if last and number not in answers else ""
