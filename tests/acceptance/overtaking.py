"""A plan to open, and answers that a test keeps back until something else has happened."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

    from tests.acceptance.board_process import Board

PLAN, AGENT = "payments.ledger", "session-abc"
STEPS = ("Survey", "Write events", "Read events")


def prepared(board: Board) -> None:
    plan = {"title": "Ledger to event store", "steps": [{"title": title} for title in STEPS]}
    board.ask("plan", "create", PLAN, "--from", "-", session=AGENT, stdin=json.dumps(plan))


def retitle(board: Board, number: int, title: str) -> None:
    seen = str(board.step(PLAN, number)["revision"])
    board.ask("step", "edit", PLAN, str(number), "--title", title, "--revision", seen, session=AGENT)


def held_back(page: Page, address: str) -> list[Route]:
    """Hold back what is asked for at an address until a test lets it go."""
    asked: list[Route] = []
    page.route(address, lambda route: asked.append(route))  # noqa: PLW0108 - it takes no builtin
    return asked


def came(page: Page, asked: list[Route], count: int = 1) -> None:
    until(lambda: page.evaluate("true") and len(asked) >= count)


def let_go(page: Page, address: str, asked: list[Route]) -> None:
    for route in asked:
        route.continue_()
    page.unroute(address)
