import re

from django.http import HttpResponse

from plans.actions.assigning import reassign_step
from plans.actions.deciding import approve_step
from plans.actions.shaping import edit_step
from plans.domain.step import Status
from tests.web.cast import ADA, LedgerBoard


def sent_again(answer: HttpResponse) -> dict[str, str]:
    """Read what the dialog's button sends, the CSRF token apart."""
    text = answer.content.decode()
    hidden = re.findall(r'<textarea hidden name="(\w+)">\n(.*?)</textarea>', text, re.DOTALL)
    inputs = re.findall(r'<input type="hidden" name="(\w+)" value="(.*?)">', text)
    return dict([*hidden, *((name, value) for name, value in inputs if name != "csrfmiddlewaretoken")])


def test_the_dialog_shows_theirs_beside_yours_with_the_words_that_differ(board: LedgerBoard) -> None:
    seen = board.revision(2)
    edit_step(board.desk, board.namespace, 2, by=ADA, expected=seen, title="Write the ledger table")

    answer = board.htmx("steps/2/edit/", revision=seen, title="Write the event log")

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "<ins>ledger table</ins>" in text
    assert "<ins>event log</ins>" in text
    assert 'name="choose_title"' in text
    assert f"Save as rev {board.plan().revision + 1}" in text


def test_where_only_other_fields_changed_one_press_saves(board: LedgerBoard) -> None:
    seen = board.revision(2)
    reassign_step(board.desk, board.namespace, 2, by=ADA, expected=seen, owner="session-def")

    answer = board.htmx("steps/2/edit/", revision=seen, title="Write the event log")

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Owner changed to session-def; your title still fits." in text
    assert "choose_title" not in text
    again = board.htmx("steps/2/edit/", revision=board.revision(2), title="Write the event log")
    assert again.status_code == 200
    assert (board.step(2).title, board.step(2).owner) == ("Write the event log", "session-def")


def test_saving_on_top_never_takes_back_a_field_that_came_along_unchanged(board: LedgerBoard) -> None:
    seen, step = board.revision(2), board.step(2)
    edit_step(board.desk, board.namespace, 2, by=ADA, expected=seen, notes="Their notes.")

    answer = board.htmx(
        "steps/2/edit/", revision=seen, title="Mine", notes=step.notes, phase="", risk="normal"
    )

    assert answer.status_code == 409
    fields = sent_again(answer)
    assert fields == {"revision": str(board.revision(2)), "title": "Mine"}
    assert board.htmx("steps/2/edit/", **fields).status_code == 200
    assert (board.step(2).title, board.step(2).notes) == ("Mine", "Their notes.")


def test_reassigning_to_the_owner_that_was_seen_is_still_meant(board: LedgerBoard) -> None:
    seen = board.revision(2)
    reassign_step(board.desk, board.namespace, 2, by=ADA, expected=seen, owner="session-def")

    answer = board.htmx("steps/2/reassign/", revision=seen, owner="")

    assert sent_again(answer)["owner"] == ""


def test_a_third_version_is_saved_on_top_of_theirs(board: LedgerBoard) -> None:
    seen = board.revision(2)
    edit_step(board.desk, board.namespace, 2, by=ADA, expected=seen, title="Theirs", notes="Their notes.")

    answer = board.htmx(
        "steps/2/edit/",
        revision=board.revision(2),
        title="Mine",
        choose_title="third",
        third_title="Ours",
        notes="My notes.",
        choose_notes="theirs",
    )

    assert answer.status_code == 200
    assert (board.step(2).title, board.step(2).notes) == ("Ours", "Their notes.")


def test_the_dialog_carries_every_typed_text_also_without_scripts(board: LedgerBoard) -> None:
    seen = board.revision(2)
    edit_step(board.desk, board.namespace, 2, by=ADA, expected=seen, title="Theirs")

    answer = board.post("steps/2/edit/", revision=seen, title="Mine", notes="Line one\nLine <two>")

    assert answer.status_code == 409
    text = answer.content.decode()
    assert text.startswith("<!doctype html>")
    assert "Line &lt;two&gt;" in text
    assert f'value="{board.revision(2)}"' in text


def test_an_answered_request_leaves_nothing_to_approve(board: LedgerBoard) -> None:
    seen = board.revision(1)
    approve_step(board.desk, board.namespace, 1, by=ADA, expected=seen)

    answer = board.htmx("steps/1/reject/", revision=seen, note="My reasons.")

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Step 1 is in progress now: there is nothing left to reject." in text
    assert "My reasons." in text
    assert "Save as rev" not in text


def test_a_stale_reassignment_says_what_changed(board: LedgerBoard) -> None:
    seen = board.revision(2)
    edit_step(board.desk, board.namespace, 2, by=ADA, expected=seen, notes="Other notes.")

    answer = board.htmx("steps/2/reassign/", revision=seen, owner="session-def")

    assert answer.status_code == 409
    assert "Notes changed; your owner still fits." in answer.content.decode()


def test_a_revision_from_the_future_is_stale_too(board: LedgerBoard) -> None:
    answer = board.htmx("steps/2/edit/", revision=10**9, title="Mine")

    assert answer.status_code == 409
    assert "Mine" in answer.content.decode()
    assert board.step(2).status is Status.PENDING


def test_a_revision_that_is_no_number_is_refused(board: LedgerBoard) -> None:
    assert board.htmx("steps/2/edit/", revision="latest", title="Mine").status_code == 422


def test_a_stale_plan_title_is_compared_too(board: LedgerBoard) -> None:
    seen = board.plan().own_revision
    board.post("describe/", revision=seen, title="Theirs")

    answer = board.htmx("describe/", revision=seen, title="Mine")

    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()
