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
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.acceptance.conftest import SignIn

LONG = bool(os.environ.get("PLANBOARD_TEST_TORTURE"))
STORMS, ENDS = (12, 17) if LONG else (2, 7)
BOARD = f"/plans/{PLAN}/"
TABS: tuple[tuple[str, str, int | None], ...] = (
    (BOARD, "board", None),
    (f"{BOARD}?step=1", "board", 1),
    (f"{BOARD}table/", "table", None),
)
TABS += ((BOARD, "board", None), (f"{BOARD}?step=2", "board", 2)) if LONG else ()


@pytest.fixture
def line() -> Iterator[BadLine]:
    """Give a line to a board that is to listen at its ``to``."""
    with BadLine(free_port(), to=free_port(), seed=11) as opened:
        yield opened


@pytest.fixture
def board(tmp_path: Path, line: BadLine) -> Iterator[Board]:
    """Run a board behind the line."""
    origin = f"http://127.0.0.1:{line.port}"
    with Board(tmp_path, settings={"PLANBOARD_PUBLIC_ORIGIN": origin}, port=line.to) as board:
        yield board
        print(board.output.decode(errors="replace"))  # noqa: T201 - pytest shows it when the test failed


@pytest.mark.slow
@pytest.mark.torture
@pytest.mark.shows("storm", failed="stale")
@pytest.mark.timeout(3600)
def test_no_card_is_stale_after_a_storm(board: Board, line: BadLine, sign_in: SignIn) -> None:
    make_plan(board)
    context = sign_in("/healthz").context
    tabs = [opened(context.new_page(), line, *tab) for tab in TABS]
    queue = opened(context.new_page(), line, "/needs/", "queue")
    storm = Storm(board, line, tabs, seed=7)
    for turn in range(STORMS):
        storm.rage(ENDS)
        if turn % 2:
            storm.start_over()
        if turn % 5 == 2:
            storm.restart()
        assert storm.calm() == []
        until(lambda: not queue.stale(board))
    assert all(seeing.stayed(tab.page) for tab in (*tabs, queue))
    assert storm.mismatches == 0
    reconnects = line.counted.boards - len(tabs)
    figures.record("storm", reconnects=reconnects, mismatches=0, stale_for=storm.stale_for)


def opened(page: Page, line: BadLine, path: str, fragment: str, step: int | None = None) -> Tab:
    """Open a tab over the line, and mark it so that it shows whether it was ever loaded again."""
    page.goto(f"http://127.0.0.1:{line.port}{path}")
    seeing.live(page)
    seeing.stay(page)
    return Tab(page, fragment, step)
