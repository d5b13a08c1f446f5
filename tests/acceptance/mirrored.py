"""What the board's worker has copied so far, read beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg

from tests.acceptance.board_process import until

if TYPE_CHECKING:
    from tests.acceptance.board_process import Board

_REVISIONS = "SELECT namespace, revision FROM plans_plan"
_PATIENCE = 60.0


def revisions(board: Board) -> dict[str, int]:
    """Tell which revision of each plan the pages show."""
    address = board.environment.get("PLANBOARD_DATABASE_URL")
    if address:
        with psycopg.connect(address) as connection:
            return dict(connection.execute(_REVISIONS).fetchall())
    path = f"file:{board.home / 'board.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(path, uri=True, timeout=_PATIENCE)) as connection:
        return dict(connection.execute(_REVISIONS).fetchall())


def wait(board: Board) -> None:
    """Wait until pages show at least what the files say now."""
    plans = board.ask("plan", "list")["plans"]
    assert isinstance(plans, list)
    wanted = {plan["namespace"]: plan["revision"] for plan in plans if "revision" in plan}
    until(lambda: not is_behind(revisions(board), wanted))


def is_behind(shown: dict[str, int], wanted: dict[str, int]) -> bool:
    """Tell whether a plan is missing or older than wanted."""
    return any(shown.get(name, -1) < revision for name, revision in wanted.items())
