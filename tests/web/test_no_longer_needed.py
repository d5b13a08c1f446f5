"""What became of a step that was in the queue when the page was loaded."""

from plans.actions.working import claim_step, release_step
from plans.domain.picture import Life
from plans.mirror.session_rows import write_lives
from plans.wiring import now_ms
from tests.web.cast import ABC, DEF, LedgerBoard
from tests.web.conftest import Copy


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
