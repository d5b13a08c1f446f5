from plans.actions.assigning import comment_step
from plans.actions.shaping import edit_step
from plans.actions.working import block_step, claim_step
from plans.domain.step import RequestKind, Status, Verdict
from tests.web.cast import ABC, ADA, DEF, LedgerBoard


def test_approving_sends_the_step_back_to_work_with_the_note(board: LedgerBoard) -> None:
    seen = board.revision(1)

    answer = board.post("steps/1/approve/", revision=seen, note="Export first.")

    assert answer.status_code == 303
    assert answer["Location"] == "/plans/payments.ledger/?step=1"
    step = board.step(1)
    assert step.status is Status.IN_PROGRESS
    assert step.decision
    assert (step.decision.verdict, step.decision.note) == (Verdict.APPROVED, "Export first.")
    assert (step.decision.by, step.decision.seen) == ("person:ada", seen)


def test_a_decision_without_the_revision_that_was_seen_is_refused(board: LedgerBoard) -> None:
    assert board.post("steps/1/approve/").status_code == 428
    assert board.step(1).status is Status.BLOCKED


def test_an_approval_never_falls_on_text_that_changed(board: LedgerBoard) -> None:
    seen = board.revision(1)
    edit_step(board.desk, board.namespace, 1, by=ADA, expected=seen, title="Delete all holds")

    answer = board.post("steps/1/approve/", revision=seen)

    assert answer.status_code == 409
    assert board.step(1).status is Status.BLOCKED
    assert b"Delete <ins>all</ins> holds" in answer.content


def test_a_remark_does_not_make_a_decision_stale(board: LedgerBoard) -> None:
    seen = board.revision(1)
    comment_step(board.desk, board.namespace, 1, by=ABC, text="Export is attached.")

    assert board.post("steps/1/approve/", revision=seen).status_code == 303


def test_rejecting_needs_a_note_and_keeps_the_step_asking(board: LedgerBoard) -> None:
    answer = board.post("steps/1/reject/", revision=board.revision(1), note="  ")

    assert answer.status_code == 422
    assert b"Write what should change." in answer.content
    assert board.step(1).status is Status.BLOCKED


def test_rejecting_tells_the_session_why(board: LedgerBoard) -> None:
    assert board.post("steps/1/reject/", revision=board.revision(1), note="Too many.").status_code == 303

    step = board.step(1)
    assert step.status is Status.IN_PROGRESS
    assert step.decision
    assert (step.decision.verdict, step.decision.note) == (Verdict.REJECTED, "Too many.")


def test_a_question_is_answered_in_words(board: LedgerBoard) -> None:
    claim_step(board.desk, board.namespace, 2, by=DEF)
    block_step(board.desk, board.namespace, 2, by=DEF, kind=RequestKind.INPUT, text="Which month first?")

    assert board.post("steps/2/reply/", revision=board.revision(2), note="May").status_code == 303

    step = board.step(2)
    assert step.decision
    assert (step.status, step.decision.verdict) == (Status.IN_PROGRESS, Verdict.REPLIED)


def test_an_approval_request_cannot_be_answered_in_words(board: LedgerBoard) -> None:
    answer = board.post("steps/1/reply/", revision=board.revision(1), note="Maybe")

    assert answer.status_code == 422
    assert b"Approve or reject it instead." in answer.content
    assert b"Maybe" in answer.content


def test_undo_puts_the_step_back_to_asking(board: LedgerBoard) -> None:
    board.post("steps/1/approve/", revision=board.revision(1))

    assert board.post("steps/1/undo/", revision=board.revision(1)).status_code == 303
    assert board.step(1).status is Status.BLOCKED
    assert board.step(1).asks


def test_a_person_puts_a_step_on_hold(board: LedgerBoard) -> None:
    assert board.post("steps/2/hold/", revision=board.revision(2), note="Wait.").status_code == 303

    step = board.step(2)
    assert step.request
    assert (step.status, step.request.kind) == (Status.BLOCKED, RequestKind.HOLD)


def test_a_decided_step_cannot_be_decided_again(board: LedgerBoard) -> None:
    board.post("steps/1/approve/", revision=board.revision(1))

    assert board.post("steps/1/approve/", revision=board.revision(1)).status_code == 422
