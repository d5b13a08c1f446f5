from pathlib import Path

import pytest
from django.urls import reverse

from plans.web import addresses, urls
from plans.web.allowed import VERBS
from tests.web.cast import LedgerBoard


def test_addresses_as_text_are_those_of_the_pages() -> None:
    name = "payments.ledger~x"

    assert reverse("plans") == addresses.PLANS
    assert addresses.board_url(name) == reverse("board", args=[name])
    assert addresses.steps_url(name) == reverse("steps", args=[name])
    assert addresses.step_url(name, 3) == reverse("step", args=[name, 3])
    for verb in set(VERBS) - {"add"}:
        assert addresses.verb_url(name, 3, verb) == reverse(verb, args=[name, 3])
    for verb in [str(pattern.name) for pattern in urls._PLAN_VERBS]:
        assert addresses.plan_verb_url(name, verb) == reverse(verb, args=[name])


def test_an_odd_name_makes_an_address_that_leads_nowhere_else() -> None:
    assert addresses.board_url("../a b?c#d/e") == "/plans/..%2Fa%20b%3Fc%23d%2Fe/"


def test_a_refused_answer_names_the_field_that_is_wrong(board: LedgerBoard) -> None:
    answer = board.htmx("steps/2/hold/", revision=board.revision(2), note="")

    assert answer.status_code == 422
    assert 'data-field="note"' in answer.content.decode()


def test_an_unreadable_file_refuses_edits_and_keeps_what_was_typed(board: LedgerBoard) -> None:
    seen = board.revision(2)
    path = Path(board.desk.store.root, board.namespace, "plan.json")
    path.write_text('{"namespace": "payments.ledger", "steps": [}')

    answer = board.post("steps/2/edit/", revision=seen, title="Kept")

    assert answer.status_code == 503
    assert answer["Retry-After"]
    text = answer.content.decode()
    assert "Kept" in text
    assert "line 1" in text
    assert path.read_text() == '{"namespace": "payments.ledger", "steps": [}'


def test_the_board_is_shown_though_its_file_cannot_be_read(board: LedgerBoard) -> None:
    Path(board.desk.store.root, board.namespace, "plan.json").write_text("{")

    assert board.get().status_code == 200


def test_a_journal_that_cannot_be_opened_is_told_in_one_sentence(board: LedgerBoard) -> None:
    journal = Path(board.desk.store.root, board.namespace, "journal.jsonl")
    journal.unlink()
    journal.mkdir()

    answer = board.htmx("steps/2/comment/", note="Kept")

    assert answer.status_code == 503
    assert b"<html" not in answer.content


@pytest.mark.slow
@pytest.mark.usefixtures("short_watch")
def test_a_lock_left_by_a_dead_program_comes_with_its_button(board: LedgerBoard) -> None:
    lock = Path(board.desk.store.root, board.namespace, ".lock")
    lock.write_text("999999999-1700000000000-deadbeef")

    answer = board.htmx("steps/2/edit/", revision=board.revision(2), title="Kept")

    assert answer.status_code == 503
    text = answer.content.decode()
    assert "process 999999999" in text
    assert 'formaction="/plans/payments.ledger/unlock/"' in text
    assert board.htmx("unlock/")["HX-Redirect"] == "/plans/payments.ledger/"
    assert board.htmx("steps/2/edit/", revision=board.revision(2), title="Saved").status_code == 200


def test_a_key_that_was_used_for_another_request_is_refused(board: LedgerBoard) -> None:
    board.htmx("steps/1/comment/", note="One", key="k")

    answer = board.htmx("steps/1/comment/", note="Two", key="k")

    assert answer.status_code == 422
    assert b"already used" in answer.content


def test_a_page_of_a_verb_for_a_step_that_is_not_there_is_404(board: LedgerBoard) -> None:
    assert board.get("steps/99/edit/").status_code == 404
    assert board.client.get("/plans/nobody.knows/steps/").status_code == 404
