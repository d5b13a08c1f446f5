"""Pages on a bad line: whatever it does to them, they end up true, and say what state they are in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests import figures
from tests.acceptance import seeing
from tests.acceptance.bad_line import BadLine
from tests.acceptance.board_process import Board, free_port
from tests.acceptance.storm import PLAN, Storm, Tab, make_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.acceptance.conftest import SignIn

LONG = bool(os.environ.get("PLANBOARD_TEST_TORTURE"))
STORMS, ENDS = (20, 17) if LONG else (2, 7)
BOARD = f"/plans/{PLAN}/"


@pytest.fixture
def line() -> Iterator[BadLine]:
    """Give a line to a board that is to listen at its ``to``."""
    with BadLine(free_port(), to=free_port(), seed=11) as opened:
        yield opened


@pytest.fixture
def board(tmp_path: Path, line: BadLine) -> Iterator[Board]:
    """Run a board behind the line."""
    board = Board(tmp_path, settings={"PLANBOARD_PUBLIC_ORIGIN": f"http://127.0.0.1:{line.port}"})
    board.port = line.to
    with board:
        yield board
        print(board.output.decode(errors="replace"))  # noqa: T201 - pytest shows it when the test failed


@pytest.mark.slow
@pytest.mark.torture
@pytest.mark.timeout(1800)
def test_no_card_is_stale_after_a_storm(board: Board, line: BadLine, sign_in: SignIn) -> None:
    make_plan(board)
    first = sign_in("/healthz")
    tabs = []
    for path, fragment, step in (
        (BOARD, "board", None),
        (f"{BOARD}?step=1", "board", 1),
        (f"{BOARD}table/", "table", None),
    ):
        page = first.context.new_page()
        page.goto(f"http://127.0.0.1:{line.port}{path}")
        seeing.live(page)
        seeing.stay(page)
        tabs.append(Tab(page, fragment, step))
    storm = Storm(board, line, tabs, seed=7)
    for _ in range(STORMS):
        storm.rage(ENDS)
        found = storm.calm()
        assert found == []
    assert all(seeing.stayed(tab.page) for tab in tabs)
    figures.record("storm", reconnects=line.counted.boards - len(tabs), stale=0)
