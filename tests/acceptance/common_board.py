"""One board for many tests: starting one costs more than most tests do with it."""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.acceptance import mirrored
from tests.acceptance.board_process import Board
from tests.waiting import until

if TYPE_CHECKING:
    from pathlib import Path


class CommonBoard:
    """A board that runs as long as its tests leave it whole; each of them finds it without a plan."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._started = 0
        self._board: Board | None = None

    def cleared(self) -> Board:
        """Give the running board, emptied; a new one where that does not go."""
        if self._board is not None:
            with suppress(AssertionError):
                clear(self._board)
                return self._board
        self.stop()
        self._started += 1
        place = self._place / str(self._started)
        place.mkdir()
        self._board = Board(place)
        self._board.start()
        return self._board

    def stop(self) -> None:
        """End it, if it runs."""
        if self._board is not None:
            self._board.stop()


def clear(board: Board) -> None:
    """Delete all plans as a person does, and wait until pages forgot them."""
    assert board.is_running
    plans = board.ask("plan", "list", "--archived")["plans"]
    assert isinstance(plans, list)
    for plan in plans:
        board.ask("plan", "delete", plan["namespace"], "--revision", str(plan["revision"]))
    until(lambda: not mirrored.revisions(board))
    shutil.rmtree(board.root / ".trash", ignore_errors=True)
