"""A toast that offers Undo says what will not come back with it."""

import re

import pytest
from django.http import HttpResponse

from plans.actions.assigning import reassign_step
from plans.actions.deciding import approve_step
from plans.actions.working import claim_step
from plans.domain.step import Status
from tests.web.cast import ADA, DEF, LEDGER, LedgerBoard

OVER = "It goes back to To do with session-abc, who starts it over"
ASKED = "; what it asked has to be asked again."


def toast(answer: HttpResponse) -> str:
    found = re.search(r'<div class="toast">.*?</div></div>', answer.content.decode(), re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


def offered(answer: HttpResponse) -> str:
    found = re.search(r'name="owner" value="([^"]*)"', answer.content.decode().split('class="toast"')[1])
    assert found
    return found[1]


def test_a_step_that_changes_hands_is_started_over_and_asks_no_more(board: LedgerBoard) -> None:
    answer = board.htmx("steps/1/reassign/", revision=board.revision(1), owner=DEF.name)
    assert toast(answer).endswith(OVER + ASKED)
    board.htmx("steps/1/reassign/", revision=board.revision(1), owner="session-abc", confirmed="1")
    assert (board.step(1).status, board.step(1).request) == (Status.PENDING, None)


def test_a_step_that_nobody_began_comes_back_as_it_was(board: LedgerBoard) -> None:
    answer = board.htmx("steps/2/reassign/", revision=board.revision(2), owner=DEF.name)
    assert toast(answer).endswith("for 8 s")


def test_a_reassignment_that_is_sent_twice_offers_the_owner_before_it_both_times(board: LedgerBoard) -> None:
    """Red where the owner is read before the change: the second answer offers the new one."""
    fields = {"revision": board.revision(1), "owner": DEF.name, "key": "twice"}
    answers = [board.htmx("steps/1/reassign/", **fields) for _ in range(2)]
    assert [offered(answer) for answer in answers] == ["session-abc", "session-abc"]
    assert "Done before" in toast(answers[1])


def test_a_hold_says_that_the_decision_before_is_gone(board: LedgerBoard) -> None:
    approve_step(board.desk, LEDGER, 1, by=ADA, expected=board.revision(1), note="Only table A")
    answer = board.htmx("steps/1/hold/", revision=board.revision(1), note="Wait.")
    assert toast(answer).endswith("It goes on then, without what was decided before.")
    answer = board.htmx("steps/2/hold/", revision=board.revision(2), note="Wait.")
    assert toast(answer).endswith("for 8 s")


@pytest.mark.parametrize("verb", ["reassign", "hold", "cancel"])
def test_what_is_sent_again_for_a_step_that_is_gone_was_done_before(board: LedgerBoard, verb: str) -> None:
    fields = {"revision": board.revision(2), "owner": DEF.name, "note": "Why not.", "key": "twice"}
    board.post(f"steps/2/{verb}/", **fields)
    board.post("steps/2/remove/", revision=board.revision(2))
    assert board.post(f"steps/2/{verb}/", **fields).status_code == 303
    assert "It changed since." in board.get().content.decode()


def test_of_many_that_change_hands_the_toast_says_what_starts_over(board: LedgerBoard) -> None:
    def reassigned(*numbers: int, owner: str) -> str:
        steps = [f"{number}.{board.revision(number)}" for number in numbers]
        sent = board.htmx("bulk/", verb="reassign", step=steps, owner=owner, confirmed="1")
        return toast(sent)

    assert reassigned(2, 3, owner="session-x").endswith("for 8 s")
    reassign_step(board.desk, LEDGER, 2, by=ADA, expected=board.revision(2), owner=DEF.name)
    claim_step(board.desk, LEDGER, 2, by=DEF)
    begun = "What was begun goes back to To do and is started over"
    assert reassigned(2, 3, owner="session-y").endswith(f"for 8 s. {begun}.")
    assert reassigned(1, 2, owner="session-z").endswith(f"{begun}; what was asked has to be asked again.")
