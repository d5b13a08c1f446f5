"""Pages about all plans hear by a socket that something changed; where none gets through they ask anyway."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.acceptance import seeing
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocketRoute

    from tests.acceptance.board_process import Board
    from tests.acceptance.conftest import SignIn

LEDGER, RANKER = "payments.ledger", "search.ranker"
ABC = "session-abc"


def work(board: Board, namespace: str, count: int) -> None:
    plan = {"title": namespace, "steps": [{"title": f"Step {number}"} for number in range(1, count + 1)]}
    board.ask("plan", "create", namespace, "--from", "-", session=ABC, stdin=json.dumps(plan))
    for number in range(1, count + 1):
        board.ask("step", "claim", namespace, str(number), session=ABC)


def ask(board: Board, number: int) -> None:
    board.ask("step", "block", LEDGER, str(number), "--approval", f"Go on with {number}?", session=ABC)


def listen(page: Page) -> list[str]:
    """Note what the page's inbox is told, from its next loading on."""
    told: list[str] = []

    def through(line: WebSocketRoute) -> None:
        server = line.connect_to_server()

        def down(message: str | bytes) -> None:
            told.append(str(message))
            line.send(message)

        server.on_message(down)

    page.route_web_socket("**/ws/inbox/", through)
    return told


def test_a_question_of_an_agent_reaches_every_page_by_its_inbox(board: Board, sign_in: SignIn) -> None:
    work(board, LEDGER, 3)
    work(board, RANKER, 1)
    other, queue = sign_in("/plans/"), sign_in("/plans/")
    told = [listen(other), listen(queue)]
    until(lambda: other.goto(f"{board.url}/plans/{RANKER}/") and other.locator("#board").count())
    queue.goto(f"{board.url}/needs/")
    for page in (other, queue):
        seeing.live(page)
    expect(queue.get_by_text("Nothing needs you.")).to_be_visible()
    for number in (1, 2):
        ask(board, number)
        expect(other.locator(".sidebar [data-needs-count]")).to_have_text(f"{number} need you")
        expect(queue.locator(f'li[data-key="{LEDGER}/{number}"]')).to_be_visible()
        expect(queue).to_have_title(f"({number}) Needs you · Planboard")
    while not all(texts and json.loads(texts[-1])["rev"] >= 3 for texts in told):
        queue.wait_for_timeout(10)
    for texts in told:
        messages = [json.loads(text) for text in texts]
        assert {message["type"] for message in messages} <= {"changed", "heartbeat"}
        revs = [message["rev"] for message in messages]
        assert sorted(revs) == revs

    told_of = queue.locator(f".sidebar-plan[href='/plans/{LEDGER}/'] .count")
    expect(told_of).to_have_text("2 need you")
    other.goto(f"{board.url}/plans/{LEDGER}/")
    expect(other).to_have_title(f"(2) {LEDGER} · Planboard")

    queue.route_web_socket("**/ws/**", lambda line: line.close())
    queue.clock.install()
    queue.reload()
    expect(queue.locator("[data-connection-words]:visible")).to_have_text("Live, every 5 s")
    ask(board, 3)
    expect(queue.locator(f'li[data-key="{LEDGER}/3"]')).to_be_visible()
    queue.clock.fast_forward(20_000)  # the sidebar asks less often
    expect(told_of).to_have_text("3 need you")
    expect(other).to_have_title(f"(3) {LEDGER} · Planboard")
