"""A storm over open pages: changes go on while their line ends and spoils what comes over it."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tests.acceptance import mirrored, seeing
from tests.acceptance.bad_line import AWFUL, CLEAR
from tests.acceptance.connection import End
from tests.acceptance.truth import open_step_is_stale, stale_cards, stale_parts
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.acceptance.bad_line import BadLine
    from tests.acceptance.board_process import Board, Json

PLAN = "payments.ledger"
AGENT = "session-abc"
QUIET = 2.0
"""Seconds of quiet after which no card may be stale; as long, pages are watched in any case."""
_SILENT = 0.4
_MOST_STEPS = 24


class Tab(NamedTuple):
    """An open page: what of it is fetched to compare, and the step that is open beside it."""

    page: Page
    fragment: str
    step: int | None = None

    def stale(self, board: Board) -> list[str]:
        """Name everything on it that is not true."""
        found = stale_parts(self.page, self.fragment)
        if self.fragment == "board":
            found += stale_cards(self.page, board, PLAN)
        if self.step is not None:
            found += open_step_is_stale(self.page, board, PLAN, self.step)
        return found


class Storm:
    """Its order of events comes from a seed; what they meet does not."""

    def __init__(self, board: Board, line: BadLine, tabs: list[Tab], *, seed: int) -> None:
        self.board, self.line, self.tabs = board, line, tabs
        self._random = Random(seed)  # noqa: S311 - the same events again
        self._titles = self._mismatches = 0
        self.stale_for = 0.0
        """Seconds of quiet in which something was stale, the most of all storms."""

    def rage(self, ends: int) -> None:
        """End every connection so many times while the plan changes."""
        self.line.weather = AWFUL
        for _ in range(ends):
            before = self.line.counted.boards
            self.change()
            how = self._random.choice(list(End))
            self.line.end(how, sockets_only=self._random.random() < 0.5)
            self.change()
            if how is End.SILENT:
                time.sleep(_SILENT)
                self.line.end(End.RESET)
            self._hurry()
            until(lambda before=before: self.line.counted.boards >= before + len(self.tabs))  # type: ignore[misc]
        self.change()

    def calm(self) -> list[str]:
        """Let everything through, wait until pages are live and it was quiet; name what is stale.

        How long something was is measured and no matter here: a slow machine's quiet lasts longer.
        """
        self.line.weather = CLEAR
        for tab in self.tabs:
            seeing.live(tab.page)
        quiet_since = time.monotonic()
        until(lambda: mirrored.revisions(self.board).get(PLAN) == self.board.plan(PLAN)["revision"])
        true_since, stale = time.monotonic(), self._stale()
        at_last = true_since + PATIENCE  # however long it took the mirror
        while (now := time.monotonic()) < quiet_since + QUIET or (stale and now < at_last):
            true_since = now if stale else true_since
            stale = self._stale()
        self.stale_for = max(self.stale_for, true_since - quiet_since)
        return stale

    def _stale(self) -> list[str]:
        return [stale for tab in self.tabs for stale in tab.stale(self.board)]

    def change(self) -> None:
        """Do one of the things that agents do."""
        steps = self._steps()
        choices = [self._edit, self._work, self._ask]
        if len(steps) < _MOST_STEPS:
            choices.append(self._add)
        self._random.choice(choices)(self._random.choice(steps))

    @property
    def mismatches(self) -> int:
        """Count the pages that held something else than the board at the same revision."""
        return self._mismatches + self.board.output.count(b"held something else")

    def restart(self) -> None:
        """End the board, change the plan meanwhile, and start it again."""
        self._mismatches = self.mismatches
        self.board.stop()
        self.change()
        self.board.start()

    def start_over(self) -> None:
        """Delete the plan and make it anew: another history, whose revisions are small again."""
        plan = self.board.plan(PLAN)
        self.board.ask("plan", "delete", PLAN, "--revision", str(plan["revision"]))
        make_plan(self.board)

    def _hurry(self) -> None:
        """Some pages are told that the network is back, the others find out."""
        for tab in self.tabs:
            if self._random.random() < 0.7:
                tab.page.evaluate("dispatchEvent(new Event('online'))")

    def _steps(self) -> list[Json]:
        steps = self.board.plan(PLAN)["steps"]
        assert isinstance(steps, list)
        return steps

    def _say(self, verb: str, step: Json, *words: str) -> None:
        self.board.ask("step", verb, PLAN, str(step["number"]), *words, session=AGENT)

    def _add(self, step: Json) -> None:
        self.board.ask("step", "add", PLAN, "--title", f"{self._title()} at {step['number']}", session=AGENT)

    def _edit(self, step: Json) -> None:
        if step["status"] == "pending":
            self._say("edit", step, "--title", self._title(), "--revision", str(step["revision"]))

    def _work(self, step: Json) -> None:
        if step["status"] == "pending":
            self._say("claim", step)
        elif step["status"] == "in_progress":
            self._say(self._random.choice(["complete", "release"]), step)

    def _ask(self, step: Json) -> None:
        if step["status"] == "in_progress":
            self._say("block", step, "--approval", self._title())
        else:
            self._say("comment", step, "--text", self._title())

    def _title(self) -> str:
        self._titles += 1
        return f"Title {self._titles} of a storm"


def make_plan(board: Board) -> None:
    """Make the plan that storms go over."""
    board.ask("plan", "create", PLAN, session=AGENT)
    for number in range(1, 9):
        board.ask("step", "add", PLAN, "--title", f"Step {number}", session=AGENT)
