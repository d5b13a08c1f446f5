"""What the board's worker has copied so far, read beside it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg

from plans.sessions.heartbeats import Sessions
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from tests.acceptance.board_process import Board

_REVISIONS = "SELECT namespace, revision FROM plans_plan"
_SIGNS = "SELECT session, coalesce(beat_at, 0) FROM plans_session"


def revisions(board: Board) -> dict[str, int]:
    """Tell which revision of each plan the pages show."""
    return _rows(board, _REVISIONS)


def wait(board: Board) -> None:
    """Wait until pages show at least what the files say now, and everybody who left a sign in them."""
    plans = board.ask("plan", "list")["plans"]
    assert isinstance(plans, list)
    wanted = {plan["namespace"]: plan["revision"] for plan in plans if "revision" in plan}
    until(lambda: not is_behind(revisions(board), wanted))
    signs = _signs(board)
    try:
        until(lambda: not is_behind(_rows(board, _SIGNS), signs))
    except AssertionError as vain:
        message = f"the mirror has {_rows(board, _SIGNS)}, not {signs}"
        raise AssertionError(message) from vain


def is_behind(shown: dict[str, int], wanted: dict[str, int]) -> bool:
    """Tell whether something is missing or older than wanted."""
    return any(shown.get(name, -1) < least for name, least in wanted.items())


def _signs(board: Board) -> dict[str, int]:
    """Tell when each session gave its last heartbeat, ms; 0 for one that only changed a plan."""
    lines = [
        line for journal in board.root.glob("*/journal.jsonl") for line in journal.read_bytes().splitlines()
    ]
    signs = {by.removeprefix("session:"): 0 for by in map(_author, lines) if by.startswith("session:")}
    beats = Sessions(board.root, clock=int).all()
    return signs | {name: known.beat_at or 0 for name, known in beats.items()}


def _author(line: bytes) -> str:
    """Read who changed the plan; nobody where a test has torn the line."""
    try:
        return str(json.loads(line)["by"])
    except (ValueError, LookupError, TypeError):
        return ""


def _rows(board: Board, query: str) -> dict[str, int]:
    address = board.environment.get("PLANBOARD_DATABASE_URL")
    if address:
        with psycopg.connect(address) as connection:
            return dict(connection.execute(query).fetchall())
    path = f"file:{board.home / 'board.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(path, uri=True, timeout=PATIENCE)) as connection:
        return dict(connection.execute(query).fetchall())
