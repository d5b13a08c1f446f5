"""Forms that come back refused, without scripts: from where they were begun, with what was typed."""

import re

import pytest

from plans.actions.planning import describe_plan
from plans.actions.shaping import edit_step
from plans.actions.working import claim_step
from plans.domain.step import Risk
from tests.web.cast import ADA, DEF, LedgerBoard
from tests.web.conftest import Copy

TYPED = {"title": "Mine", "notes": "", "phase": "Build", "review": "none", "risk": "normal", "critical": ""}
NOT_NUMBERS = "first"


def form_of(answer: object, action: str) -> str:
    """Give the form that is sent to this address."""
    text = answer.content.decode()  # type: ignore[attr-defined]
    at = text.index(f'action="{action}"')
    return str(text[at : text.index("</form>", at)])


def edit_form(answer: object, board: LedgerBoard, number: int = 2) -> str:
    return form_of(answer, f"/plans/{board.namespace}/steps/{number}/edit/")


def revision_in(form: str) -> int:
    found = re.search(r'name="revision" value="(\d+)"', form)
    assert found
    return int(found[1])


def field(form: str, name: str) -> str:
    """Give what an input or a text area holds."""
    found = re.search(rf'id="{name}"[^>]*? value="([^"]*)"', form) or re.search(
        rf'id="{name}"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL
    )
    assert found
    return found[1]


def chosen(form: str, name: str) -> str:
    """Give the option that is selected; without one, the first."""
    found = re.search(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', form, re.DOTALL)
    assert found
    marked = re.search(r'value="(\w+)" selected', found[1]) or re.search(r'value="(\w+)"', found[1])
    assert marked
    return marked[1]


def test_a_refused_edit_still_meets_what_others_saved_meanwhile(board: LedgerBoard, copied: Copy) -> None:
    seen = board.revision(2)
    edit_step(board.desk, board.namespace, 2, by=ADA, expected=seen, title="Theirs", notes="Their notes")
    copied(board.namespace)

    answer = board.post("steps/2/edit/", revision=seen, needs=NOT_NUMBERS, **TYPED)
    again = revision_in(edit_form(answer, board))

    assert (answer.status_code, again) == (422, seen)
    assert board.post("steps/2/edit/", revision=again, needs="", **TYPED).status_code == 409
    assert (board.step(2).title, board.step(2).notes) == ("Theirs", "Their notes")


def test_the_words_of_a_plan_still_meet_what_others_saved_meanwhile(board: LedgerBoard, copied: Copy) -> None:
    seen = board.plan().revision
    describe_plan(board.desk, board.namespace, by=ADA, expected=seen, title="Theirs")
    copied(board.namespace)

    answer = board.post("describe/", revision=seen, title="Mine", status="x" * 300, group="")

    assert revision_in(form_of(answer, f"/plans/{board.namespace}/describe/")) == seen


@pytest.mark.parametrize("verb", ["reject", "fail"])
def test_a_note_that_was_missing_is_asked_for_from_what_was_seen(
    board: LedgerBoard, copied: Copy, verb: str
) -> None:
    seen = board.revision(1)
    edit_step(board.desk, board.namespace, 1, by=ADA, expected=seen, title="Theirs")
    copied(board.namespace)

    answer = board.post(f"steps/1/{verb}/", revision=seen, note="")
    text = answer.content.decode()
    at = text.rindex("<form", 0, text.index(f'formaction="/plans/{board.namespace}/steps/1/{verb}/"'))

    assert answer.status_code == 422
    assert revision_in(text[at:]) == seen


def test_a_revision_that_is_none_is_not_asked_for_again(board: LedgerBoard) -> None:
    answer = board.post("steps/2/edit/", revision="no number", title="Mine")

    assert answer.status_code == 422
    assert revision_in(edit_form(answer, board)) == board.revision(2)


def test_choices_and_emptied_fields_come_back_as_they_were_sent(board: LedgerBoard, copied: Copy) -> None:
    before = board.post(
        "steps/2/edit/", revision=board.revision(2), phase="Old", review="required", risk="irreversible",
        critical=["", "on"], needs="1",
    )  # fmt: skip
    assert before.status_code == 303
    copied(board.namespace)

    answer = board.post("steps/2/edit/", revision=board.revision(2), needs="2", **(TYPED | {"phase": ""}))
    form = edit_form(answer, board)

    assert answer.status_code == 422
    assert [field(form, f"edit-{name}") for name in ("title", "notes", "needs", "phase")] == [
        "Mine",
        "",
        "2",
        "",
    ]
    assert (chosen(form, "review"), chosen(form, "risk")) == ("none", "normal")
    assert not re.search(r'value="on"[^>]* checked', form)


def test_choices_that_were_made_come_back(board: LedgerBoard) -> None:
    made = {"review": "required", "risk": "production", "critical": ["", "on"]}

    form = edit_form(
        board.post("steps/2/edit/", revision=board.revision(2), **(TYPED | made), needs="2"), board
    )

    assert (chosen(form, "review"), chosen(form, "risk")) == ("required", "production")
    assert re.search(r'value="on"[^>]* checked', form)


def test_a_field_that_was_not_sent_shows_what_is_stored(board: LedgerBoard, copied: Copy) -> None:
    edit_step(board.desk, board.namespace, 2, by=ADA, expected=board.revision(2), risk=Risk.PRODUCTION)
    copied(board.namespace)

    form = edit_form(board.post("steps/2/edit/", revision=board.revision(2), needs=NOT_NUMBERS), board)

    assert (field(form, "edit-title"), chosen(form, "risk")) == (board.step(2).title, "production")


def test_an_emptied_word_of_a_plan_comes_back_empty(board: LedgerBoard, copied: Copy) -> None:
    board.post("describe/", revision=board.plan().revision, title="T", status="at risk", group="money")
    copied(board.namespace)

    answer = board.post("describe/", revision=board.plan().revision, title="x" * 3000, status="", group="")
    form = form_of(answer, f"/plans/{board.namespace}/describe/")

    assert answer.status_code == 422
    assert (field(form, "plan-status"), field(form, "plan-group")) == ("", "")


def test_the_owner_that_was_chosen_stays_chosen_and_one_press_confirms(
    board: LedgerBoard, copied: Copy
) -> None:
    claim_step(board.desk, board.namespace, 2, by=DEF)
    copied(board.namespace)

    answer = board.post("steps/2/reassign/", revision=board.revision(2), owner="")
    form = form_of(answer, f"/plans/{board.namespace}/steps/2/reassign/")

    assert answer.status_code == 422
    assert re.findall(r'name="owner" value="([^"]*)" checked', form) == [""]
    assert 'name="confirmed" value="1"' in form
