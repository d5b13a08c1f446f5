"""Needs you: the queue and the step beside it, and how it stays live."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.actions.planning import create_plan
from plans.actions.shaping import add_step
from plans.actions.working import claim_step, fail_step, release_step
from plans.domain.picture import Life
from plans.domain.queue import STALE_IN_QUEUE, AskingPlan
from plans.domain.rights import Sight
from plans.domain.step import Kind, RequestKind
from plans.mirror import needing
from plans.mirror.session_rows import write_lives
from plans.security.login import local_person
from plans.security.roles import Role, give_role
from plans.wiring import now_ms
from tests.web.cast import ABC, ADA, DEF, LedgerBoard
from tests.web.conftest import Copy
from tests.web.queue_page import Ask, page, rows, titles


class TestTheQueue:
    def test_it_shows_what_needs_a_person_and_the_first_of_it_in_full(self, board: LedgerBoard) -> None:
        text = page(board)

        assert rows(text) == ["payments.ledger/1"]
        assert titles(text) == ["Delete orphaned holds"]
        assert "<title>(1) Needs you · Planboard</title>" in text
        assert "blocks 1 step" in text
        assert 'action="/plans/payments.ledger/steps/1/approve/"' in text
        assert "Delete 41 rows?" in text

    def test_the_most_urgent_of_all_plans_is_first(self, board: LedgerBoard, asks: Ask) -> None:
        asks("Rebuild?")

        assert rows(page(board)) == ["payments.ledger/1", "search.ranker/1"]

    def test_every_sort_is_told_in_its_words(self, board: LedgerBoard, copied: Copy) -> None:
        add_step(board.desk, board.namespace, by=ADA, title="Go live", kind=Kind.GATE)
        claim_step(board.desk, board.namespace, 2, by=DEF)
        fail_step(board.desk, board.namespace, 2, by=DEF, reason="The disk was full")
        copied(board.namespace)

        text = page(board)

        assert "The disk was full" in text
        assert ">Go</button>" in text
        assert ">Retry</button>" in text
        assert re.findall(r'class="chip"[^>]*>(\w+) <b>(\d)</b>', text) == [
            ("All", "3"),
            ("Asks", "2"),
            ("Blocked", "1"),
        ]
        blocked = page(board, show="blocked")
        assert rows(blocked) == ["payments.ledger/2"]
        assert 'href="/needs/payments.ledger/2/?show=blocked" data-need' in blocked

    def test_an_owner_who_fell_silent_is_in_it(self, board: LedgerBoard, copied: Copy) -> None:
        claim_step(board.desk, board.namespace, 2, by=DEF)
        copied(board.namespace)
        silent = now_ms() - STALE_IN_QUEUE
        write_lives([Life(session="session-def", liveness="stale", beat_at=silent)])

        text = page(board, show="stale")

        assert rows(text) == ["payments.ledger/2"]
        assert "no heartbeat" in text
        assert 'href="/needs/payments.ledger/2/?show=stale#owner"' in text

    def test_any_step_can_be_looked_at_beside_it(self, board: LedgerBoard) -> None:
        text = page(board, "payments.ledger/2/")

        assert "Write the event table" in text
        assert "is-open" in text
        assert 'id="snooze"' not in text
        board.post("steps/2/complete/", revision=board.revision(2))
        assert "Write the event table" in page(board, "payments.ledger/2/")

    def test_what_an_answer_would_do_is_said(self, board: LedgerBoard) -> None:
        text = page(board)

        assert "If you approve" in text
        assert "<b>session-abc</b> goes on at once." in text
        assert "<b>session-abc</b> gets your note and keeps the step." in text

    def test_agents_text_is_shown_as_text(self, board: LedgerBoard, asks: Ask) -> None:
        asks("<script>alert(1)</script> \u202ereversed", kind=RequestKind.PROBLEM)

        text = page(board)

        assert "<script>alert" not in text
        assert "\u202e" not in text

    def test_nothing_to_do_is_said_with_what_goes_on(self, board: LedgerBoard, copied: Copy) -> None:
        release_step(board.desk, board.namespace, 1, by=ABC)
        claim_step(board.desk, board.namespace, 2, by=DEF)
        copied(board.namespace)
        write_lives([Life(session="session-def", liveness="live", beat_at=now_ms())])

        text = page(board)

        assert "<b>Nothing needs you.</b> 1 session is moving." in text
        assert "<title>Needs you · Planboard</title>" in text

    def test_a_plan_or_step_that_is_not_there_is_404(self, board: LedgerBoard) -> None:
        assert board.client.get("/needs/payments.ledger/99/").status_code == 404
        assert board.client.get("/needs/nobody.knows/1/").status_code == 404

    def test_who_may_only_look_gets_no_buttons(self, board: LedgerBoard) -> None:
        give_role(local_person("ada"), Role.VIEWER)

        text = page(board)

        assert "approve/" not in text
        assert rows(text) == ["payments.ledger/1"]

    def test_whoever_is_not_signed_in_signs_in_first(self, board: LedgerBoard) -> None:
        board.client.logout()
        assert board.client.get("/needs/").status_code == 302
        assert board.client.post("/needs/payments.ledger/1/snooze/").status_code == 401
        assert board.client.post("/needs/decide/").status_code == 401


class TestStayingLive:
    def test_the_queue_alone_is_answered_by_304_while_it_is_the_same(
        self, board: LedgerBoard, asks: Ask
    ) -> None:
        first = board.client.get("/needs/", {"fragment": "queue"})
        assert first.content.decode().lstrip().startswith('<section class="queue"')
        same = board.client.get("/needs/", {"fragment": "queue"}, headers={"If-None-Match": first["ETag"]})
        assert same.status_code == 304
        asks("Rebuild?")
        other = board.client.get("/needs/", {"fragment": "queue"}, headers={"If-None-Match": first["ETag"]})
        assert other.status_code == 200

    def test_what_happens_elsewhere_sends_nothing_again(self, board: LedgerBoard, copied: Copy) -> None:
        first = board.client.get("/needs/", {"fragment": "queue"})
        board.post("steps/2/comment/", note="By the way")
        copied(board.namespace)
        same = board.client.get("/needs/", {"fragment": "queue"}, headers={"If-None-Match": first["ETag"]})
        assert same.status_code == 304
        assert same["ETag"] != first["ETag"]

    def test_what_one_put_aside_is_told_to_the_page(self, board: LedgerBoard) -> None:
        first = board.client.get("/needs/", {"fragment": "queue"})
        board.client.post("/needs/payments.ledger/1/snooze/", {"revision": board.revision(1)})
        other = board.client.get("/needs/", {"fragment": "queue"}, headers={"If-None-Match": first["ETag"]})
        assert rows(other.content.decode()) == []

    def test_a_long_queue_shows_a_hundred_rows_and_says_how_many_follow(
        self, board: LedgerBoard, asks: Ask
    ) -> None:
        asks(*(f"Rebuild shard {number}?" for number in range(101)))
        text = page(board)
        assert len(rows(text)) == 100
        assert "2 more come up as these are dealt with." in text
        last = board.client.get("/needs/search.ranker/101/gone/").content.decode()
        assert last == "Further down now"

    def test_the_step_comes_alone(self, board: LedgerBoard) -> None:
        text = page(board, "payments.ledger/1/", fragment="pane")
        assert text.lstrip().startswith('<div class="need"')

    def test_an_empty_queue_has_no_step_to_give(self, board: LedgerBoard, copied: Copy) -> None:
        release_step(board.desk, board.namespace, 1, by=ABC)
        copied(board.namespace)
        assert board.client.get("/needs/", {"fragment": "pane"}).status_code == 204

    def test_what_was_just_decided_is_gone_though_the_worker_is_behind(self, board: LedgerBoard) -> None:
        board.post("steps/1/approve/", revision=board.revision(1))
        assert rows(page(board)) == []

    def test_what_was_just_decided_is_gone_though_it_is_copied_while_the_queue_is_read(
        self, board: LedgerBoard, copied: Copy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        board.post("steps/1/approve/", revision=board.revision(1))
        read = needing.asking_plans

        def copied_behind(sight: Sight, lives: dict[str, Life], *, now: int) -> list[AskingPlan]:
            found = read(sight, lives, now=now)
            copied(board.namespace)
            return found

        monkeypatch.setattr(needing, "asking_plans", copied_behind)
        assert rows(page(board)) == []

    def test_a_form_sent_from_the_queue_leads_back_to_it(self, board: LedgerBoard) -> None:
        path, fields = "/plans/payments.ledger/steps/1/approve/", {"revision": board.revision(1)}
        from_queue = {"Referer": "http://testserver/needs/payments.ledger/1/"}
        answer = board.client.post(path, fields, headers=from_queue)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/needs/")
        undone = board.client.post(
            path.replace("approve", "undo"),
            {"revision": board.revision(1)},
            headers={"Referer": "http://elsewhere.example/needs/"},
        )
        assert undone.headers["Location"] == "/plans/payments.ledger/?step=1"

    def test_the_number_of_statements_does_not_grow_with_the_plans(
        self, board: LedgerBoard, copied: Copy
    ) -> None:
        page(board)
        with CaptureQueriesContext(connection) as few:
            page(board)
        for name in ("b.two", "c.three", "d.four"):
            create_plan(board.desk, name, by=ADA)
            add_step(board.desk, name, by=ADA, title="Go", kind=Kind.GATE)
            copied(name)
        with CaptureQueriesContext(connection) as many:
            page(board)
        assert len(many) == len(few)
