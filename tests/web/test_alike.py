"""Requests that are alike: one row, one form, one answer for all."""

import pytest

from plans.security.login import local_person
from plans.security.roles import Role, give_role
from tests.web.cast import LedgerBoard
from tests.web.queue_page import RANKER, Ask, page, rows


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
        assert all(f'value="{value}.' in text for value in self.seen(board, 1, 2))
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
