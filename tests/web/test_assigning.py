from plans.actions.working import claim_step
from plans.domain.step import Status
from tests.web.cast import ABC, DEF, LedgerBoard


def test_a_free_step_is_given_to_a_session(board: LedgerBoard) -> None:
    answer = board.post("steps/2/reassign/", revision=board.revision(2), owner="session-def")

    assert answer.status_code == 303
    assert (board.step(2).owner, board.step(2).assigned_by) == ("session-def", "person:ada")


def test_a_step_is_given_to_nobody(board: LedgerBoard) -> None:
    board.post("steps/1/reassign/", revision=board.revision(1), owner="")

    assert (board.step(1).owner, board.step(1).status) == (None, Status.PENDING)


def test_a_typed_session_id_wins(board: LedgerBoard) -> None:
    board.post("steps/2/reassign/", revision=board.revision(2), owner="", owner_other="session-xyz")

    assert board.step(2).owner == "session-xyz"


def test_taking_a_step_from_a_live_session_asks_first(board: LedgerBoard) -> None:
    claim_step(board.desk, board.namespace, 2, by=DEF)

    answer = board.post("steps/2/reassign/", revision=board.revision(2), owner="session-abc")

    assert answer.status_code == 422
    assert b"session-def" in answer.content
    assert b"heartbeat" in answer.content
    assert board.step(2).owner == "session-def"


def test_a_person_who_was_warned_may_take_it(board: LedgerBoard) -> None:
    claim_step(board.desk, board.namespace, 2, by=DEF)

    answer = board.post("steps/2/reassign/", revision=board.revision(2), owner="session-abc", confirmed="1")

    assert answer.status_code == 303
    assert board.step(2).owner == "session-abc"


def test_an_owner_that_is_no_session_id_is_refused_and_kept_in_the_form(board: LedgerBoard) -> None:
    answer = board.post("steps/2/reassign/", revision=board.revision(2), owner_other="a\tb")

    assert answer.status_code == 422
    assert board.step(2).owner is None


def test_a_step_is_released(board: LedgerBoard) -> None:
    assert board.post("steps/1/release/", revision=board.revision(1)).status_code == 303
    assert (board.step(1).owner, board.step(1).status) == (None, Status.PENDING)


def test_a_person_completes_a_step_by_force_and_the_journal_says_so(board: LedgerBoard) -> None:
    assert board.post("steps/2/complete/", revision=board.revision(2)).status_code == 303
    assert board.step(2).status is Status.COMPLETED
    assert board.desk.store.lines(board.namespace)[-1].verb == "force_complete"


def test_a_step_fails_with_a_reason(board: LedgerBoard) -> None:
    assert board.post("steps/1/fail/", revision=board.revision(1), note="").status_code == 422
    assert board.post("steps/1/fail/", revision=board.revision(1), note="No disk.").status_code == 303
    assert (board.step(1).status, board.step(1).reason) == (Status.FAILED, "No disk.")


def test_a_failed_step_is_put_back(board: LedgerBoard) -> None:
    board.post("steps/1/fail/", revision=board.revision(1), note="No disk.")

    assert board.post("steps/1/retry/", revision=board.revision(1)).status_code == 303
    assert board.step(1).status is Status.PENDING


def test_a_step_is_cancelled_once(board: LedgerBoard) -> None:
    assert board.post("steps/2/cancel/", revision=board.revision(2), note="Not needed.").status_code == 303
    assert (board.step(2).status, board.step(2).reason) == (Status.CANCELLED, "Not needed.")

    again = board.post("steps/2/cancel/", revision=board.revision(2))

    assert again.status_code == 422
    assert b"it cannot be cancelled" in again.content


def test_a_comment_needs_no_revision(board: LedgerBoard) -> None:
    before = board.revision(1)

    assert board.post("steps/1/comment/", note="Looks right.").status_code == 303
    assert [comment.text for comment in board.step(1).comments] == ["Looks right."]
    assert board.revision(1) == before


def test_sending_a_change_twice_with_its_key_does_it_once(board: LedgerBoard) -> None:
    for _ in range(2):
        assert board.post("steps/1/comment/", note="Looks right.", key="once").status_code == 303

    assert len(board.step(1).comments) == 1


def test_a_session_that_lost_its_step_learns_of_it(board: LedgerBoard) -> None:
    board.post("steps/1/reassign/", revision=board.revision(1), owner="session-def")

    claimed = claim_step(board.desk, board.namespace, 1, by=DEF)

    assert claimed.plan.step(1).owner == "session-def"
    assert board.step(1).owner != ABC.name
