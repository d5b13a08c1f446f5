"""Needs you: the queue, the step beside it, what is put aside, and what became of others."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.actions.planning import create_plan, delete_plan
from plans.actions.shaping import add_step
from plans.actions.working import block_step, claim_step, fail_step, release_step
from plans.domain.picture import Life
from plans.domain.queue import STALE_IN_QUEUE
from plans.domain.step import Kind, RequestKind, Risk
from plans.mirror.session_rows import write_lives
from plans.people.snoozes import Snooze
from plans.security.login import local_person
from plans.security.roles import Role, give_role
from plans.wiring import now_ms
from tests.web.cast import ABC, ADA, DEF, LedgerBoard
from tests.web.conftest import Copy

RANKER = "search.ranker"
type Ask = Callable[..., None]


def page(board: LedgerBoard, path: str = "", **query: str) -> str:
    answer = board.client.get(f"/needs/{path}", query)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(text: str) -> list[str]:
    return re.findall(r'<li data-key="([^"]+)"', text)


def titles(text: str) -> list[str]:
    return re.findall(r"data-need[^>]*>([^<]+)</a>", text)


@pytest.fixture
def asks(board: LedgerBoard, copied: Copy) -> Ask:
    """Make another plan whose steps ask."""

    def ask(*texts: str, kind: RequestKind = RequestKind.APPROVAL, risk: Risk = Risk.NORMAL) -> None:
        create_plan(board.desk, RANKER, by=ADA)
        for number, text in enumerate(texts, 1):
            add_step(board.desk, RANKER, by=ADA, title=f"Shard {number}", risk=risk)
            claim_step(board.desk, RANKER, number, by=ABC)
            block_step(board.desk, RANKER, number, by=ABC, kind=kind, text=text)
        copied(RANKER)

    return ask


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


class TestWhatBecameOfIt:
    def said(self, board: LedgerBoard) -> str:
        return board.client.get("/needs/payments.ledger/1/gone/").content.decode()

    def test_somebodys_decision(self, board: LedgerBoard, copied: Copy) -> None:
        board.post("steps/1/approve/", revision=board.revision(1))
        copied(board.namespace)
        assert self.said(board) == "ada approved step 1"

    def test_a_session_that_took_it_back(self, board: LedgerBoard, copied: Copy) -> None:
        release_step(board.desk, board.namespace, 1, by=ABC)
        copied(board.namespace)
        assert self.said(board) == "session-abc released step 1"

    def test_remarks_are_not_the_reason(self, board: LedgerBoard, copied: Copy) -> None:
        board.post("steps/1/approve/", revision=board.revision(1))
        board.post("steps/1/comment/", note="Well done")
        copied(board.namespace)
        assert self.said(board) == "ada approved step 1"

    def test_an_owner_who_is_back(self, board: LedgerBoard, copied: Copy) -> None:
        claim_step(board.desk, board.namespace, 2, by=DEF)
        copied(board.namespace)
        write_lives([Life(session="session-def", liveness="live", beat_at=now_ms())])
        text = board.client.get("/needs/payments.ledger/2/gone/").content.decode()
        assert text == "session-def shows life again"

    def test_what_is_not_there_any_more(self, board: LedgerBoard) -> None:
        text = board.client.get("/needs/payments.ledger/99/gone/").content.decode()
        assert text == "There is no step 99 in this plan"

    def test_what_one_put_aside(self, board: LedgerBoard) -> None:
        board.client.post("/needs/payments.ledger/1/snooze/", {"revision": board.revision(1)})
        assert self.said(board) == "Snoozed"


class TestSnoozing:
    def snooze(self, board: LedgerBoard, **fields: object) -> int:
        revision = {"revision": board.revision(1)} | fields
        return board.client.post("/needs/payments.ledger/1/snooze/", revision).status_code

    def test_an_entry_is_put_aside_and_taken_back(self, board: LedgerBoard) -> None:
        assert self.snooze(board) == 303
        text = page(board)
        assert rows(text) == []
        assert "Step 1 snoozed for 15 minutes" in text
        assert rows(page(board, show="snoozed")) == ["payments.ledger/1"]
        assert board.client.post("/needs/payments.ledger/1/wake/").status_code == 303
        assert rows(page(board)) == ["payments.ledger/1"]

    def test_the_toast_takes_it_back(self, board: LedgerBoard) -> None:
        path, fields = "/needs/payments.ledger/1/snooze/", {"revision": board.revision(1), "for": "60"}
        text = board.client.post(path, fields, headers={"HX-Request": "true"}).content.decode()
        assert "Step 1 snoozed for 1 hour" in text
        assert 'formaction="/needs/payments.ledger/1/wake/"' in text

    def test_it_waits_for_another_step(self, board: LedgerBoard, copied: Copy) -> None:
        assert self.snooze(board, **{"for": "step", "until_step": 2}) == 303
        assert rows(page(board)) == []
        assert "Back when step 2 is done" in page(board, show="snoozed")
        board.post("steps/2/complete/", revision=board.revision(2))
        copied(board.namespace)
        assert rows(page(board)) == ["payments.ledger/1"]

    def test_a_step_to_wait_for_must_be_named(self, board: LedgerBoard) -> None:
        assert self.snooze(board, **{"for": "step"}) == 422
        assert self.snooze(board, revision="") == 422
        assert not Snooze.objects.exists()

    def test_what_is_not_there_is_neither_put_aside_nor_waited_for(self, board: LedgerBoard) -> None:
        assert self.snooze(board, **{"for": "step", "until_step": 99}) == 404
        path = "/needs/payments.ledger/99/snooze/"
        assert board.client.post(path, {"revision": 1}).status_code == 404
        assert not Snooze.objects.exists()

    def test_what_is_asked_anew_is_not_put_aside(self, board: LedgerBoard, copied: Copy) -> None:
        self.snooze(board)
        board.post("steps/1/approve/", revision=board.revision(1))
        block_step(board.desk, board.namespace, 1, by=ABC, kind=RequestKind.INPUT, text="And now?")
        copied(board.namespace)
        assert rows(page(board)) == ["payments.ledger/1"]

    def test_time_brings_it_back(self, board: LedgerBoard) -> None:
        self.snooze(board)
        Snooze.objects.update(until=now_ms() - 1)
        assert rows(page(board)) == ["payments.ledger/1"]

    def test_it_is_not_of_another_plan_that_gets_the_name(self, board: LedgerBoard, asks: Ask) -> None:
        asks("Rebuild?")
        before = board.desk.store.read(RANKER).plan
        revision = before.step(1).revision
        path, fields = f"/needs/{RANKER}/1/snooze/", {"revision": revision}
        assert board.client.post(path, fields).status_code == 303
        assert rows(page(board)) == ["payments.ledger/1"]

        delete_plan(board.desk, RANKER, by=ADA, expected=before.revision)
        asks("Rebuild?")

        after = board.desk.store.read(RANKER).plan
        assert after.epoch != before.epoch
        assert after.step(1).revision == revision
        assert sorted(rows(page(board))) == ["payments.ledger/1", "search.ranker/1"]

    def test_nobody_else_misses_it(self, board: LedgerBoard) -> None:
        self.snooze(board)
        board.client.force_login(local_person("grace"))
        assert rows(page(board)) == ["payments.ledger/1"]


class TestAlike:
    def decide(self, board: LedgerBoard, *seen: str, **fields: str) -> tuple[int, str]:
        sent = {"ask": seen, "verb": "approve"} | fields
        answer = board.client.post("/needs/decide/", sent, headers={"HX-Request": "true"})
        return answer.status_code, answer.content.decode()

    def seen(self, board: LedgerBoard, *numbers: int, namespace: str = RANKER) -> list[str]:
        plan = board.desk.store.read(namespace).plan
        return [f"{namespace}/{number}/{plan.step(number).revision}" for number in numbers]

    def test_many_that_ask_the_same_are_one_row_with_one_form(self, board: LedgerBoard, asks: Ask) -> None:
        asks("Rebuild the shard?", "Rebuild the shard?", "Other?")
        text = page(board, "search.ranker/1/")
        assert rows(text) == ["payments.ledger/1", "search.ranker/1", "search.ranker/3"]
        assert "2 ask the same thing" in text
        assert "Approve all 2" in text
        assert all(f'value="{value}"' in text for value in self.seen(board, 1, 2))
        assert "Approve all 2" not in page(board, "search.ranker/1/", alone="1")

    def test_one_answer_decides_each_by_its_own_revision(self, board: LedgerBoard, asks: Ask) -> None:
        asks("Rebuild the shard?", "Rebuild the shard?")
        status, text = self.decide(board, *self.seen(board, 1, 2), note="Go on")
        assert status == 200
        assert "2 approved" in text
        plan = board.desk.store.read(RANKER).plan
        assert [(step.status, step.decision and step.decision.note) for step in plan.steps] == [
            ("in_progress", "Go on")
        ] * 2

    def test_one_that_changed_meanwhile_is_told_and_left_alone(self, board: LedgerBoard, asks: Ask) -> None:
        asks("Rebuild the shard?", "Rebuild the shard?")
        seen = self.seen(board, 1, 2)
        board.client.post(
            f"/plans/{RANKER}/steps/1/edit/", {"revision": seen[0].split("/")[2], "title": "New"}
        )
        status, text = self.decide(board, *seen)
        assert status == 200
        assert "1 approved, 1 not" in text
        assert "Nothing was decided for it." in text
        steps = board.desk.store.read(RANKER).plan.steps
        assert [step.status for step in steps] == ["blocked", "in_progress"]

    def test_different_questions_get_no_common_answer(self, board: LedgerBoard, asks: Ask) -> None:
        asks("Rebuild the shard?", "Delete the shard?")
        status, text = self.decide(board, *self.seen(board, 1, 2))
        assert status == 422
        assert "do not ask the same thing" in text
        assert {step.status for step in board.desk.store.read(RANKER).plan.steps} == {"blocked"}

    def test_what_does_not_ask_is_not_decided(self, board: LedgerBoard) -> None:
        status, _ = self.decide(board, *self.seen(board, 2, namespace=board.namespace))
        assert status == 422
        assert board.step(2).status == "pending"

    @pytest.mark.parametrize("value", ["", "payments.ledger/1", "payments.ledger/x/1", "a/1/²"])
    def test_a_step_that_is_not_named_in_full_is_refused(self, board: LedgerBoard, value: str) -> None:
        assert self.decide(board, value)[0] == 422

    def test_a_rejection_needs_its_note(self, board: LedgerBoard, asks: Ask) -> None:
        asks("Rebuild the shard?", "Rebuild the shard?")
        status, text = self.decide(board, *self.seen(board, 1, 2), verb="reject")
        assert status == 422
        assert "Write what should change" in text
        status, text = self.decide(board, *self.seen(board, 1, 2), verb="reject", note="Not today")
        assert (status, "2 rejected" in text) == (200, True)

    def test_without_scripts_the_page_shows_what_became_of_each(self, board: LedgerBoard, asks: Ask) -> None:
        asks("Rebuild the shard?", "Rebuild the shard?")
        sent = {"ask": self.seen(board, 1, 2), "verb": "approve"}
        text = board.client.post("/needs/decide/", sent).content.decode()
        assert text.startswith("<!doctype html>")
        assert "2 approved" in text
        assert rows(text) == ["payments.ledger/1"]

    def test_a_plan_that_is_gone_is_told(self, board: LedgerBoard) -> None:
        status, text = self.decide(board, "nobody.knows/1/1")
        assert status == 200
        assert "There is no plan" in text

    def test_who_may_only_look_decides_nothing(self, board: LedgerBoard) -> None:
        give_role(local_person("ada"), Role.VIEWER)
        assert self.decide(board, *self.seen(board, 1, namespace=board.namespace))[0] == 403
