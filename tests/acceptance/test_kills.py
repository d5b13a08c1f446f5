"""The board and the writers beside it are killed at random moments; what was acknowledged is there."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import threading
import time
from contextlib import suppress
from http.client import HTTPException
from typing import TYPE_CHECKING, Self

import pytest

from tests.acceptance.board_process import Board
from tests.acceptance.person import Person
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PLAN = "payments.ledger"
KILLS = 12 if os.environ.get("PLANBOARD_TEST_TORTURE") else 5
_STEPS = re.compile(r'data-steps="([^"]*)"')

type Asks = Callable[[str], bool]


@pytest.mark.slow
@pytest.mark.torture
@pytest.mark.timeout(900)
def test_no_acknowledged_change_is_missing_after_kills_of_the_board_and_of_writers(tmp_path: Path) -> None:
    board = Board(tmp_path)
    with board:
        board.ask("plan", "create", PLAN, session="session-abc")
        person = Person(board.url, board.new_link())
        with Writers(through_the_page(person), through_the_command_line(board), until_killed(board)) as saved:
            for _ in range(KILLS):
                kill_after_another_change(board, saved)
        steps = read_all(board, person)
        titles = [step["title"] for step in steps]
        assert saved.titles <= set(titles)
        assert len(set(titles)) == len(titles)
        assert len(saved.titles) > KILLS
        verified = board.run("verify")
        assert (verified.returncode, "all well" in verified.stdout) == (0, True), verified.stdout
    checked = board.manage("check_mirror")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def kill_after_another_change(board: Board, saved: Writers) -> None:
    """Kill the board some time after each writer had a chance; the next start serves what was saved."""
    before = len(saved.titles)
    until(lambda: len(saved.titles) > before)
    time.sleep(random.uniform(0, 0.5))  # noqa: S311 - a random moment is the point
    assert board.stop(signal.SIGKILL) == -signal.SIGKILL
    board.start()


def read_all(board: Board, person: Person) -> list[dict[str, object]]:
    """Read the plan from its files, once the page shows as many steps."""
    plan = board.plan(PLAN)
    steps = plan["steps"]
    assert isinstance(steps, list)
    wanted = ",".join(f"{step['number']}:{step['revision']}" for step in steps)
    until(lambda: _STEPS.findall(person.get(f"/plans/{PLAN}/").text) == [wanted])
    journal = (board.root / PLAN / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["rev"] for line in journal[1:]] == list(range(1, len(journal)))
    assert len(journal) - 1 == plan["revision"]
    return steps


class Writers:
    """Adds steps in as many ways as it was given, all at once, and remembers what was acknowledged."""

    def __init__(self, *ways: Asks) -> None:
        self.titles: set[str] = set()
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(way,)) for way in ways]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _write(self, way: Asks) -> None:
        for title in titles(way.__name__):
            if self._stopped.wait(0.02):
                return
            if way(title):
                self.titles.add(title)


def titles(name: str) -> Iterator[str]:
    number = 0
    while True:
        yield f"{name} {number}"
        number += 1


def through_the_page(person: Person) -> Asks:
    """Ask the board; while it is down there is nobody to acknowledge anything."""

    def page(title: str) -> bool:
        with suppress(OSError, HTTPException):
            return person.post(f"/plans/{PLAN}/steps/", title=title).status == 303
        return False

    return page


def through_the_command_line(board: Board) -> Asks:
    """Ask beside the board: it needs no board, so each one must succeed."""

    def cli(title: str) -> bool:
        done = board.run("step", "add", PLAN, "--title", title, session="session-abc")
        assert done.returncode == 0, done.stderr
        return True

    return cli


def until_killed(board: Board) -> Asks:
    """Ask beside the board, and kill the writer at a random moment."""

    def killed(title: str) -> bool:
        process = board.begin("step", "add", PLAN, "--title", title, session="session-def")
        with suppress(subprocess.TimeoutExpired):
            process.wait(random.uniform(0.05, 0.4))  # noqa: S311 - a random moment is the point
        process.kill()
        output, _ = process.communicate()
        return process.returncode == 0 and title in output

    return killed
