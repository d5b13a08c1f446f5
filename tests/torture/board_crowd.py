"""A crowd around a real board: agents at its doors, commands and peers beside it, readers of its mirror."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from tests.acceptance.board_process import Board
from tests.torture.calling import PLAN
from tests.torture.crowd import read_history
from tests.torture.mirror import read_mirror
from tests.torture.staging import staged
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.torture.history import History
    from tests.torture.staging import Stage


class BoardCrowd(NamedTuple):
    """How many work through which door, and how long."""

    api: int = 2
    mcp: int = 1
    cli: int = 1
    ours: int = 2
    peers: int = 2
    turns: int = 10
    seed: str = "1"
    bug: str = ""


class TheBoard(Board):
    """A board on the crowd's root, with a bug if it is to have one."""

    def __init__(self, place: Path, bug: str) -> None:
        super().__init__(place)
        self.root = place / "root"
        self.environment["PLANBOARD_ROOT"] = str(self.root)
        if bug:
            self.program = (sys.executable, "-m", "tests.torture.with_bug", bug, "up")


def run_with_board(place: Path, crowd: BoardCrowd) -> History:
    """Run a crowd in an empty folder, until all have done their turns and the mirror has followed."""
    for name in ("root", "logs", "notes", "plans"):
        (place / name).mkdir(mode=0o700)
    board = TheBoard(place, crowd.bug)
    with staged(place) as stage:
        stage.start("open", "first")
        stage.wait()
        with board:
            mirrored = stage.start("mirror", "mirror")
            _let_work(stage, board, crowd)
            stage.wait(but=mirrored)
            stage.start("finish", "last")
            stage.wait(but=mirrored)
            history = read_history(place, [])
            final = _mirror_in_the_end(board, place)
            os.kill(mirrored, signal.SIGKILL)
            stage.wait()
    calls = read_history(place, []).calls
    return replace(history, calls=calls, final=replace(history.final, mirror=final))


def _let_work(stage: Stage, board: Board, crowd: BoardCrowd) -> None:
    token = str(board.ask("token", "create", "--session", "session-*", "--plans", "*")["token"])
    for door, count in (("api", crowd.api), ("mcp", crowd.mcp), ("cli", crowd.cli)):
        url = str(board.root) if door == "cli" else board.url
        for one in range(count):
            seed = f"{crowd.seed}.{door}.{one}"
            turns = max(crowd.turns // 4, 4) if door == "cli" else crowd.turns  # each starts a Python
            stage.start("door", f"{door}-{one}", door=door, turns=turns, seed=seed, url=url, token=token)
    for one in range(crowd.ours):
        seed = f"{crowd.seed}.{one}"
        stage.start("ours", f"ours-{one}", name=f"ours-{one}", turns=crowd.turns, seed=seed)
    for one in range(crowd.peers):
        stage.start("theirs", f"theirs-{one}", turns=max(crowd.turns // 3, 2), seed=f"{crowd.seed}.{one}")


def _mirror_in_the_end(board: Board, place: Path) -> object:
    """Wait until the mirror has the newest revision; give its rows."""
    newest = board.plan(PLAN)["revision"]
    file = place / "home" / "board.sqlite3"
    until(lambda: read_mirror(file)[0] == newest)
    return read_mirror(file)[1]
