"""How many need the person, on every page."""

import re

import pytest

from plans.actions.desk import Desk
from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.planning import archive_plan, create_plan
from plans.actions.working import claim_step, fail_step
from plans.domain.picture import Life
from plans.domain.queue import STALE_IN_QUEUE
from plans.mirror import session_rows
from plans.wiring import now_ms
from tests.web import queue_page
from tests.web.cast import ABC, ADA, DEF, LEDGER, LedgerBoard
from tests.web.conftest import Copy

OTHER = "ops.move"


@pytest.fixture
def other(ledger: str, desk: Desk, copied: Copy) -> str:  # noqa: ARG001 - a neighbour
    """Put a plan beside the ledger: step 1 failed, session-def works on step 2 and fell silent."""
    steps = tuple(StepDraft(title=title) for title in ("Copy", "Check", "Switch"))
    create_plan(desk, OTHER, sent=PlanDraft(title="Move", steps=steps), by=ADA)
    claim_step(desk, OTHER, 1, by=ABC)
    fail_step(desk, OTHER, 1, by=ABC, reason="No room.")
    claim_step(desk, OTHER, 2, by=DEF)
    copied(OTHER)
    silent(STALE_IN_QUEUE)
    return OTHER


def silent(since: int) -> None:
    """Let session-def's last sign be so many milliseconds old."""
    session_rows.write_lives([Life(session="session-def", liveness="stale", beat_at=now_ms() - since)])


def told(board: LedgerBoard, path: str, **asked: str) -> str:
    answer = board.client.get(path, asked)
    assert answer.status_code == 200
    return bytes(answer.content).decode()


def in_sidebar(page: str) -> dict[str, int]:
    """Read the numbers beside the plans' names."""
    plans = re.findall(r'<a class="sidebar-plan" href="/plans/([^"]+)/"(.*?)</a>', page, re.DOTALL)
    counts = {name: re.search(r'title="(\d+) need you"', text) for name, text in plans}
    return {name: int(count[1]) for name, count in counts.items() if count}


class TestOneRule:
    """What needs somebody is what their queue holds, wherever a number is told."""

    def test_every_page_tells_of_each_plan_what_the_queue_holds_of_it(
        self, board: LedgerBoard, other: str
    ) -> None:
        queue = queue_page.rows(queue_page.page(board))
        assert sorted(queue) == [f"{other}/1", f"{other}/2", f"{LEDGER}/1"]
        for path in ("/plans/", "/needs/", "/sessions/", "/activity/", f"/plans/{other}/", "/search/?q=move"):
            page = told(board, path)
            assert in_sidebar(page) == {other: 2, LEDGER: 1}, path
            assert "data-needs-count>3<" in page, path
        plans = told(board, "/plans/")
        assert "2 need you</span>" in plans.partition(f'data-key="{other}"')[2].partition("</li>")[0]
        assert "3 steps need you" in plans
        assert "2 need you" in told(board, "/search/", q="move", part="palette")

    def test_the_title_of_a_page_tells_what_it_is_about(self, board: LedgerBoard, other: str) -> None:
        for path, count in (
            ("/plans/", 3),
            ("/needs/", 3),
            (f"/plans/{other}/", 2),
            (f"/plans/{other}/track/", 2),
            (f"/plans/{other}/timeline/", 2),
            (f"/plans/{LEDGER}/", 1),
        ):
            page = told(board, path)
            assert f"<title>({count}) " in page, path
            assert f'data-needs="{count}"' in page, path
        assert "<title>Sessions" in told(board, "/sessions/")
        assert "<title>Rev 1 " in told(board, f"/plans/{other}/", rev="1")

    def test_silence_counts_when_it_lasted_without_any_change_of_a_file(
        self, board: LedgerBoard, other: str
    ) -> None:
        silent(STALE_IN_QUEUE - 60_000)
        asked = {"fragment": "lists", "current": other}
        first = board.client.get("/plans/", asked)
        assert in_sidebar(first.content.decode())[other] == 1
        silent(STALE_IN_QUEUE)
        again = board.client.get("/plans/", asked, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 200
        assert in_sidebar(again.content.decode())[other] == 2

    def test_what_is_put_aside_needs_them_nowhere(self, board: LedgerBoard, other: str) -> None:
        board.client.post(f"/needs/{LEDGER}/1/snooze/", {"revision": board.revision(1)})
        assert in_sidebar(told(board, "/plans/")) == {other: 2}
        assert "<title>Ledger" not in told(board, "/plans/")
        shown = told(board, "/plans/", show="needs")
        assert f'data-key="{other}"' in shown
        assert f'data-key="{LEDGER}"' not in shown

    def test_a_plan_put_aside_needs_nobody(
        self, board: LedgerBoard, other: str, desk: Desk, copied: Copy
    ) -> None:
        archive_plan(desk, other, by=ADA, expected=desk.store.read(other).plan.revision)
        copied(other)
        assert in_sidebar(told(board, "/plans/")) == {LEDGER: 1}
        assert (
            "need you"
            not in told(board, "/plans/", show="archived")
            .partition('id="plan-lists"')[2]
            .partition("</main>")[0]
        )

    def test_ones_own_decision_counts_before_it_is_copied(self, board: LedgerBoard, other: str) -> None:
        assert board.post("steps/1/approve/", revision=board.revision(1)).status_code == 303
        for path in ("/plans/", "/needs/", f"/plans/{LEDGER}/"):
            assert in_sidebar(told(board, path)) == {other: 2}, path


class TestTheCount:
    def test_every_page_tells_how_many_need_the_person(self, board: LedgerBoard) -> None:
        for path in ("/plans/", "/plans/payments.ledger/", "/needs/"):
            text = board.client.get(path).content.decode()
            assert re.search(r'data-needs-count>1<span class="visually-hidden"> need you', text), path
            assert 'favicon-asking.svg" data-quiet' in text

    def test_nothing_is_counted_where_nothing_needs_them(self, board: LedgerBoard) -> None:
        board.client.post("/needs/payments.ledger/1/snooze/", {"revision": board.revision(1)})
        text = board.client.get("/plans/").content.decode()
        assert "data-needs-count hidden" in text
        assert 'favicon.svg" data-quiet' in text

    def test_a_page_that_asks_again_hears_of_it(self, board: LedgerBoard) -> None:
        first = board.client.get("/plans/", {"fragment": "lists"})
        assert 'data-count="1"' in first.content.decode()
        board.client.post("/needs/payments.ledger/1/snooze/", {"revision": board.revision(1)})
        known = {"If-None-Match": first["ETag"]}
        again = board.client.get("/plans/", {"fragment": "lists"}, headers=known)
        assert 'data-count="0"' in again.content.decode()

    def test_the_first_page_is_the_queue_while_there_is_one(self, board: LedgerBoard) -> None:
        assert board.client.get("/").headers["Location"] == "/needs/"
        board.client.post("/needs/payments.ledger/1/snooze/", {"revision": board.revision(1)})
        assert board.client.get("/").headers["Location"] == "/plans/"

    def test_a_stranger_is_told_nothing(self, board: LedgerBoard) -> None:
        board.client.logout()
        assert board.client.get("/").headers["Location"] == "/plans/"
        assert 'favicon.svg" data-quiet' in board.client.get("/login/").content.decode()
