"""Runs many processes on one plan, with everything that may happen to them, and gives their history.

A run has rounds. In each, ours and peers work at once; some are killed, paused or die in the middle. Between
rounds the machine may lose its power, or one of ours dies before plan.json is written and only peers go on.
"""

from __future__ import annotations

import os
import random
import signal
import time
from typing import TYPE_CHECKING, Literal, NamedTuple

from plans.store import lock_watch
from plans.store.plan_store import PlanStore
from tests.torture import faults
from tests.torture.calling import PLAN, now
from tests.torture.history import Files, History, joined, read_entries
from tests.torture.log import Log
from tests.torture.meddling import Meddler
from tests.torture.patching import lent
from tests.torture.staging import staged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.torture.staging import Stage

type Between = Literal["power", "behind", "nothing"]


class Crowd(NamedTuple):
    """How many work, how long, and what happens to them."""

    ours: int = 5
    peers: int = 2
    readers: int = 1
    turns: int = 30
    """Calls of each process in a round; peers make a third as many."""
    rounds: tuple[Between, ...] = ("behind", "power", "nothing")
    """What happens after each round."""
    kills: int = 3
    """Processes of ours killed in a round; others take their places."""
    dying: int = 1
    """Processes of ours that die in the middle of a change, in a round."""
    death: str = "torn"
    """Where they die: a name of faults.DEATHS."""
    pauses: float = 0.0
    """How often a peer is paused with the lock in hand."""
    crashes: int = 0
    """Peers that die with the lock in hand, in a round."""
    seed: str = "1"
    bug: str = ""


def run(place: Path, crowd: Crowd, *, told: Callable[[int], None] = lambda _: None) -> History:
    """Run a crowd in an empty folder; ``told`` hears of each round that is over."""
    for name in ("root", "logs", "notes"):
        (place / name).mkdir(mode=0o700)
    with staged(place) as stage:
        director = Director(place, crowd, stage)
        director.open()
        for number, between in enumerate(crowd.rounds):
            director.round(number, between)
            told(number + 1)
        director.finish()
    return read_history(place, director.cuts)


class Director:
    """Lets a crowd work, round for round."""

    def __init__(self, place: Path, crowd: Crowd, stage: Stage) -> None:
        self.place, self.crowd, self.stage = place, crowd, stage
        self.chance = random.Random(crowd.seed)  # noqa: S311 - to be repeated, no secret
        self.log = Log(place / "logs", "director")
        self.folder = place / "root" / PLAN
        self.cuts: list[Files] = []

    def open(self) -> None:
        self.stage.start("open", "first", bug=self.crowd.bug)
        self.stage.wait()

    def round(self, number: int, between: Between) -> None:
        """Let all work at once, and then do what comes after."""
        crowd = self.crowd
        meddler = Meddler(self.stage, self.log, self.chance, kills=crowd.kills, bug=crowd.bug)
        for one in range(crowd.ours):
            death = crowd.death if one < crowd.dying else ""
            meddler.start_ours(f"ours-{one}", crowd.turns, seed=f"{crowd.seed}.{number}.{one}", death=death)
        for one in range(crowd.peers):
            meddler.start_theirs(
                f"theirs-{one}",
                max(crowd.turns // 3, 2),
                seed=f"{crowd.seed}.{number}.{one}",
                pauses=crowd.pauses,
                dies=one < crowd.crashes,
            )
        for one in range(crowd.readers):
            meddler.start_reader(f"reader-{one}", seed=f"{crowd.seed}.{number}.{one}")
        if between == "power":
            meddler.until_halfway()
        else:
            meddler.until_all_ended()
        self._between(between, number)

    def _between(self, between: Between, number: int) -> None:
        if between == "power":
            self._cut()
        elif between == "behind":
            self._leave_behind(number)

    def _cut(self) -> None:
        """Take the power away from everybody at once."""
        pids = list(self.stage.alive)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.stage.wait()
        faults.cut_power(self.folder, self.place / "notes")
        self.log.event(what="cut", note=f"{len(pids)} processes lost their power")
        self.cuts.append(read_files(self.folder))

    def _leave_behind(self, number: int) -> None:
        """Let one of ours die between its line and plan.json, and then peers work alone for a while."""
        seed = f"{self.crowd.seed}.{number}"
        bug = self.crowd.bug
        self.stage.start("ours", "late", name="late", turns=8, seed=seed, bug=bug, death="behind")
        self.stage.wait()
        if self.crowd.peers:
            self._give_up_lock()
            self.stage.start("theirs", "alone", turns=2, seed=seed)
            self.stage.wait()

    def _give_up_lock(self) -> None:
        """Let the dead one's lock look as old as it has to for peers to take it."""
        lock = self.folder / ".lock"
        if lock.exists():
            old = time.time() - 65
            os.utime(lock, (old, old))

    def finish(self) -> None:
        """Remove what a crashed peer left, as a person would, and bring all to rest."""
        store = PlanStore(self.place / "root", clock=now)
        held = store.peer_lock(PLAN) if store.exists(PLAN) else None
        if held is not None and not held.holder_lives:
            with lent(lock_watch, "QUIET_SECONDS", 0.0):
                store.unlock(PLAN)
        self.stage.start("finish", "last", bug=self.crowd.bug)
        self.stage.wait()


def read_files(folder: Path) -> Files:
    """Read a plan's files as they are."""
    names = ("journal.jsonl", "plan.json", "snapshot.json")
    journal, plan, snapshot = (
        (folder / name).read_bytes() if (folder / name).exists() else None for name in names
    )
    return Files(journal=journal, plan=plan, snapshot=snapshot)


def read_history(place: Path, cuts: list[Files]) -> History:
    """Read the logs of all processes, and the files as they are in the end."""
    logs = sorted((place / "logs").glob("*.jsonl"))
    calls, events = joined(entry for log in logs for entry in read_entries(log.read_bytes()))
    return History(calls=calls, events=events, final=read_files(place / "root" / PLAN), cuts=tuple(cuts))
