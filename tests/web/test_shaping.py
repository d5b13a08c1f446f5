import json
from pathlib import Path

from plans.actions.shaping import edit_step
from plans.domain.step import Kind, Review, Risk
from tests.web.cast import ADA, LedgerBoard


def numbers(board: LedgerBoard) -> list[int]:
    return [step.number for step in board.plan().steps]


def test_every_field_is_edited_in_one_revision(board: LedgerBoard) -> None:
    before = board.plan().revision

    answer = board.post(
        "steps/2/edit/",
        revision=board.revision(2),
        title="Write the event table and its index",
        notes="Partition by week.\r\nThen index.",
        needs="1",
        phase="Build",
        review="required",
        risk="production",
        critical=["", "on"],
    )

    assert answer.status_code == 303
    step = board.step(2)
    assert step.title == "Write the event table and its index"
    assert step.notes == "Partition by week.\nThen index."
    assert (step.needs, step.phase) == ((1,), "Build")
    assert (step.review, step.risk, step.critical) == (Review.REQUIRED, Risk.PRODUCTION, True)
    assert board.plan().revision == before + 1


def test_an_edit_that_changes_nothing_makes_no_revision(board: LedgerBoard) -> None:
    before = board.plan().revision

    answer = board.post("steps/2/edit/", revision=board.revision(2), title="Write the event table")

    assert answer.status_code == 303
    assert board.plan().revision == before


def test_a_title_that_a_form_cannot_hold_is_not_changed_by_looking_at_it(board: LedgerBoard) -> None:
    path = Path(board.desk.store.root, board.namespace, "plan.json")
    document = json.loads(path.read_bytes())
    document["steps"][1]["step"] = "Write \ud83d the\ntable"
    path.write_text(json.dumps(document))
    board.desk.store.adopt(board.namespace)
    title = board.step(2).title

    answer = board.post(
        "steps/2/edit/", revision=board.revision(2), title="Write \ufffd the table", notes="New."
    )

    assert answer.status_code == 303
    assert (board.step(2).title, board.step(2).notes) == (title, "New.")


def test_needs_that_make_a_circle_are_refused_naming_the_edge_and_kept(board: LedgerBoard) -> None:
    answer = board.post("steps/1/edit/", revision=board.revision(1), title="Kept title", needs="3")

    assert answer.status_code == 422
    assert b"Step 1 cannot need step 3" in answer.content
    assert b"Kept title" in answer.content
    assert board.step(1).needs == ()


def test_if_match_stands_in_for_the_forms_revision(board: LedgerBoard) -> None:
    url = f"/plans/{board.namespace}/steps/2/edit/"
    etag = f'"{board.revision(2)}"'

    assert board.client.post(url, {"phase": "Build"}, headers={"If-Match": etag}).status_code == 303
    assert board.client.post(url, {"phase": "Late"}, headers={"If-Match": etag}).status_code == 409
    assert board.step(2).phase == "Build"


def test_a_step_moves_behind_another_one_and_to_the_front(board: LedgerBoard) -> None:
    board.post("steps/2/move/", revision=board.revision(2), after=3)
    assert numbers(board) == [1, 3, 2]

    board.post("steps/2/move/", revision=board.revision(2), after="")
    assert numbers(board) == [2, 1, 3]


def test_a_step_moves_up_among_those_it_is_shown_with(board: LedgerBoard) -> None:
    board.post("steps/", title="Another free step")

    assert board.post("steps/4/move/", revision=board.revision(4), to="up").status_code == 303
    assert numbers(board) == [1, 4, 2, 3]


def test_a_step_is_removed_and_its_number_is_never_used_again(board: LedgerBoard) -> None:
    answer = board.post("steps/3/remove/", revision=board.revision(3))

    assert answer["Location"] == "/plans/payments.ledger/"
    assert numbers(board) == [1, 2]
    board.post("steps/", title="Next")
    assert numbers(board) == [1, 2, 4]


def test_a_step_is_added_with_everything_it_can_have(board: LedgerBoard) -> None:
    answer = board.post(
        "steps/", title="Gate before cut-over", kind="gate", needs="1, 2", phase="Cut over", after=2
    )

    assert answer.status_code == 303
    assert answer["Location"] == "/plans/payments.ledger/?step=4"
    step = board.step(4)
    assert (step.kind, step.needs, step.phase, step.created_by) == (
        Kind.GATE,
        (1, 2),
        "Cut over",
        "person:ada",
    )
    assert numbers(board) == [1, 2, 4, 3]


def test_adding_a_step_twice_with_its_key_adds_it_once(board: LedgerBoard) -> None:
    for _ in range(2):
        assert board.post("steps/", title="Once", key="k1").status_code == 303

    assert numbers(board) == [1, 2, 3, 4]


def test_a_step_without_a_title_is_refused_and_its_notes_are_kept(board: LedgerBoard) -> None:
    answer = board.post("steps/", title=" ", notes="Do not lose me")

    assert answer.status_code == 422
    assert b"Say in a few words what the step is about." in answer.content
    assert b"Do not lose me" in answer.content


def test_a_removed_steps_edit_gives_back_what_was_typed(board: LedgerBoard) -> None:
    seen = board.revision(3)
    board.post("steps/3/remove/", revision=seen)

    answer = board.post("steps/3/edit/", revision=seen, title="My long new title")

    assert answer.status_code == 404
    assert b"There is no step 3 in this plan" in answer.content
    assert b"My long new title" in answer.content


def test_a_stale_edit_is_refused_and_nothing_is_written(board: LedgerBoard) -> None:
    seen = board.revision(2)
    edit_step(board.desk, board.namespace, 2, by=ADA, expected=seen, title="Theirs")
    before = board.plan().revision

    answer = board.post("steps/2/edit/", revision=seen, title="Mine")

    assert answer.status_code == 409
    assert board.plan().revision == before
    assert board.step(2).title == "Theirs"
