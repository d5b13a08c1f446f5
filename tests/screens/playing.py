"""Brings the demo's plans into a state worth looking at, by the command line alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from plans.agents.demo.scenes import PLANS, QUESTIONS

if TYPE_CHECKING:
    from tests.acceptance.board_process import Board

LEDGER, SYNONYMS, GUIDE = "payments.ledger", "search.synonyms", "docs.api-guide"
SMITH, SCOUT = "ledger-smith-7f3a", "schema-scout-c21e"
READER, TUNER = "read-path-41aa", "synonym-tuner-9b04"


def play(board: Board) -> None:
    """Let the sessions of three plans come as far as they do in the pictures."""
    for namespace, plan in PLANS.items():
        board.ask("plan", "create", namespace, "--from", "-", session="demo", stdin=json.dumps(plan))
    for number, session in (
        (1, SMITH),
        (2, READER),
        (3, SCOUT),
        (4, SMITH),
        (5, SMITH),
        (6, SMITH),
        (7, READER),
    ):
        finish(board, LEDGER, number, session)
    work(board, LEDGER, 8, READER, doing="running 212 tests", progress="2/4")
    finish(board, LEDGER, 9, SCOUT)
    begin(board, LEDGER, 10, SMITH)
    lay(board, LEDGER, 10, SMITH)
    ask(board, LEDGER, 10, SMITH, "--approval", "Flag on for all staging writers? Rollback is one flag.")
    begin(board, LEDGER, 18, "load-rig-3c19")
    ask(board, LEDGER, 18, "load-rig-3c19", "--problem", "Staging quota: needs 12 more cores until 16:00")
    finish(board, SYNONYMS, 2, TUNER)
    work(board, SYNONYMS, 4, TUNER, doing="building shard 3 of 8", progress="3/8")
    begin(board, SYNONYMS, 1, SCOUT)
    lay(board, SYNONYMS, 1, SCOUT)
    ask(board, SYNONYMS, 1, SCOUT, "--approval", "41 entries had no hit in 90 days. Delete them?")
    for number in range(1, 6):
        finish(board, GUIDE, number, "translator-51d0")
    work(board, GUIDE, 6, "translator-51d0", doing="checking the glossary", progress="1/3")


def begin(board: Board, namespace: str, number: int, session: str) -> None:
    board.ask("step", "claim", namespace, str(number), session=session)


def finish(board: Board, namespace: str, number: int, session: str) -> None:
    begin(board, namespace, number, session)
    board.ask("step", "complete", namespace, str(number), session=session)


def work(board: Board, namespace: str, number: int, session: str, *, doing: str, progress: str) -> None:
    begin(board, namespace, number, session)
    said = ("--active-form", doing, "--progress", progress)
    board.ask("step", "heartbeat", namespace, str(number), *said, session=session)


def lay(board: Board, namespace: str, number: int, session: str) -> None:
    """Put the evidence beside the step that its question is about."""
    for name, value in QUESTIONS[namespace, number].evidence.items():
        known = ("--revision", str(board.step(namespace, number)["revision"]))
        said = value if isinstance(value, str) else json.dumps(value)
        board.ask("step", "edit", namespace, str(number), *known, "--set", f"{name}={said}", session=session)


def ask(board: Board, namespace: str, number: int, session: str, *what: str) -> None:
    board.ask("step", "block", namespace, str(number), *what, session=session)
