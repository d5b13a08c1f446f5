"""The HTTP API of a running board: what other processes do arrives there, and nobody holds its end up."""

from __future__ import annotations

import http.client
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from tests.acceptance.board_process import Board

PLAN = "payments.ledger"


@pytest.mark.slow
def test_a_stream_tells_of_other_processes_and_ends_with_the_board(board: Board) -> None:
    board.ask("plan", "create", PLAN, "--title", "Ledger", session="session-1")
    board.ask("step", "add", PLAN, "--title", "Map every writer", session="session-1")
    made = board.ask("token", "create", "--session", "session-*", "--plans", "*")
    headers = {"Authorization": f"Bearer {made['token']}", "X-Planboard-Session": "session-1"}
    streamed, waited = (
        http.client.HTTPConnection("127.0.0.1", board.port, timeout=PATIENCE) for _ in range(2)
    )
    with closing(streamed), closing(waited):
        streamed.request(
            "GET", f"/api/v1/plans/{PLAN}/events?after=1", headers={**headers, "Accept": "text/event-stream"}
        )
        events = streamed.getresponse()
        assert until_said(events, b"id: 2\n")
        board.ask("step", "claim", PLAN, "1", session="session-1")
        board.ask("step", "block", PLAN, "1", "--approval", "May I?", session="session-1")
        assert until_said(events, b"id: 4\n")
        waited.request("GET", f"/api/v1/plans/{PLAN}/steps/1/decision?wait=25", headers=headers)

        assert board.stop() == 0
        with pytest.raises(ConnectionError):  # it sat out no 25 s to say that nobody decided
            waited.getresponse()


def until_said(events: http.client.HTTPResponse, what: bytes) -> bool:
    """Read lines until one of them is this; False at the end."""
    return any(line == what for line in iter(events.readline, b""))
