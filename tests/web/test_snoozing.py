"""What one person put aside until later."""

from plans.actions.planning import delete_plan
from plans.actions.working import block_step
from plans.domain.step import RequestKind
from plans.people.snoozes import Snooze
from plans.security.login import local_person
from plans.wiring import now_ms
from tests.web.cast import ABC, ADA, LedgerBoard
from tests.web.conftest import Copy
from tests.web.queue_page import RANKER, Ask, page, rows


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
