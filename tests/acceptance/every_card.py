"""A plan with a card of each sort, and an agent that goes on telling what it does."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.acceptance.board_process import Board

PLAN = "payments.ledger"
AGENT = "session-abc"

STEPS: list[dict[str, object]] = [
    {"title": "Survey", "phase": "Survey", "notes": "One **flag**, `code` and a [link](https://a.example)"},
    {
        "title": "Turn on dual-write",
        "phase": "Shadow",
        "risk": "production",
        "extra": {"timeout": 900, "runs.csv": "Run,Events\nFirst,1204310"},
    },
    {"title": "Write the report", "phase": "Shadow", "review": "required"},
    {"title": "Backfill", "phase": "Shadow"},
    {"title": "Read from events", "phase": "Cut over", "needs": [4]},
    {"title": "Ask the bank", "phase": "Cut over"},
    {"title": f"عنوان بالعربية {'LongWordWithoutEnd' * 9}", "phase": "Cut over"},
    {"title": "Go for cut over", "phase": "Cut over", "kind": "gate", "needs": [1]},
    {"title": "Read all from events", "phase": "Cut over", "needs": [8], "critical": True},
]


def everything(board: Board) -> None:
    """A plan with a card of each sort: asking, in review, failed, doomed, moving, a gate, waiting, done."""
    plan = json.dumps({"title": "Ledger to event store", "steps": STEPS})
    board.ask("plan", "create", PLAN, "--from", "-", session=AGENT, stdin=plan)
    for number in (1, 2, 3, 4, 6):
        board.ask("step", "claim", PLAN, str(number), session=f"session-{number}")
    board.ask("step", "complete", PLAN, "1", session="session-1")
    board.ask(
        "step", "block", PLAN, "2", "--approval", "Flag on for all staging writers?", session="session-2"
    )
    board.ask("step", "complete", PLAN, "3", session="session-3")
    board.ask("step", "fail", PLAN, "4", "--note", "The disk was full", session="session-4")
    board.ask(
        "step", "heartbeat", PLAN, "6", "--active-form", "calling", "--progress", "1/4", session="session-6"
    )
    board.ask("plan", "create", "search.synonyms", "--draft", session=AGENT)


def say(board: Board, number: int) -> None:
    """Let an agent tell what it does."""
    doing = f"running {number} tests"
    board.ask("step", "heartbeat", PLAN, "6", "--active-form", doing, session="session-6")


@contextmanager
def feed(board: Board) -> Iterator[None]:
    """Let it tell so all the time."""
    stopped = threading.Event()

    def go_on() -> None:
        number = 0
        while not stopped.wait(0.2):
            number += 1
            say(board, number)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
