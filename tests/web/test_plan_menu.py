"""What people do to a plan as a whole: its menu, delete, duplicate, export, import, a list of steps."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plans.actions.assigning import comment_step
from plans.actions.shaping import edit_step
from plans.actions.working import claim_step
from plans.domain.step import Status
from tests.web.cast import ABC, ADA, DEF, LedgerBoard


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_the_menu_knows_the_newest_revision(board: LedgerBoard) -> None:
    answer = board.get("actions/", fragment="menu")
    assert f'name="revision" value="{board.plan().revision}"' in text(answer)
    assert "<html" not in text(answer)
    assert "Delete…" in text(board.get("actions/"))


def test_the_menu_offers_a_viewer_only_what_changes_nothing(board: LedgerBoard, eve: Client) -> None:
    shown = text(eve.get(f"/plans/{board.namespace}/actions/"))
    assert "Export Markdown" in shown
    assert "Delete…" not in shown
    assert "Share" not in shown
    for verb in ("delete", "duplicate", "paste", "share"):
        assert eve.get(f"/plans/{board.namespace}/{verb}/").status_code == 403
    assert eve.get("/import/").status_code == 403


def test_the_groups_name_is_taken_back_by_emptying_it(board: LedgerBoard) -> None:
    board.post("describe/", revision=board.plan().revision, group="money")
    board.post("describe/", revision=board.plan().revision, group="")
    assert (board.plan().group, board.plan().group_name) == ("", "payments")


def test_words_that_are_refused_are_asked_for_again_in_the_menu(board: LedgerBoard) -> None:
    answer = board.post("describe/", revision=board.plan().revision, status="x" * 300, title="Kept")
    assert answer.status_code == 422
    assert 'value="Kept"' in text(answer)
    assert "200 is the most" in text(answer)


def test_a_plan_is_deleted_while_agents_work_on_it(board: LedgerBoard) -> None:
    seen = board.plan()
    claim_step(board.desk, board.namespace, 2, by=DEF)
    fields = {"revision": seen.revision, "epoch": seen.epoch, "namespace": board.namespace}

    answer = board.post("delete/", **fields)

    assert (answer.status_code, answer["Location"]) == (303, "/plans/")
    assert not board.desk.store.exists(board.namespace)
    listed = text(board.all_plans())
    assert f'data-key="{board.namespace}"' not in listed
    assert "kept in the trash" in listed


def test_deleting_says_what_goes_and_who_is_at_work(board: LedgerBoard, copied: object) -> None:
    claim_step(board.desk, board.namespace, 2, by=DEF)
    copied(board.namespace)  # type: ignore[operator]
    shown = text(board.get("delete/"))
    assert "It has 3 steps, 0 of them done; 1 waits for a person." in shown
    assert "1 session is at work on it" in shown
    assert "session-def" in shown


def test_what_a_person_did_meanwhile_is_shown_and_the_name_stays_typed(board: LedgerBoard) -> None:
    seen = board.plan()
    board.post("steps/", title="Important")
    fields = {"revision": seen.revision, "epoch": seen.epoch, "namespace": board.namespace}

    answer = board.post("delete/", **fields)

    assert answer.status_code == 409
    shown = text(answer)
    assert "Changed since you looked" in shown
    assert "ada added step 4" in shown
    assert f'name="revision" value="{board.plan().revision}"' in shown
    assert f'value="{board.namespace}" required' in shown


def test_another_plan_of_the_same_name_is_not_deleted(board: LedgerBoard) -> None:
    answer = board.post("delete/", revision=board.plan().revision, epoch="another", namespace=board.namespace)
    assert answer.status_code == 409
    assert "is another one than you looked at" in text(answer)
    assert board.desk.store.exists(board.namespace)


def test_a_plan_whose_file_is_broken_can_still_be_deleted(board: LedgerBoard) -> None:
    Path(board.desk.store.root, board.namespace, "plan.json").write_text("<<<<")
    answer = board.post("delete/", revision=board.plan().revision, namespace=board.namespace)
    assert answer.status_code == 303


def test_a_copy_has_the_same_steps_and_none_begun(board: LedgerBoard) -> None:
    assert 'value="payments.ledger-2"' in text(board.get("duplicate/"))

    answer = board.post("duplicate/", namespace="payments.ledger-2", title="Again", key="once")

    assert (answer.status_code, answer["Location"]) == (303, "/plans/payments.ledger-2/")
    plan = board.desk.store.read("payments.ledger-2").plan
    assert [step.title for step in plan.steps] == [step.title for step in board.plan().steps]
    assert {step.status for step in plan.steps} == {Status.PENDING}
    assert all(step.owner is None and step.request is None and step.decision is None for step in plan.steps)
    assert plan.step(3).needs == (1,)
    assert (
        board.post("duplicate/", namespace="payments.ledger-2", title="Again", key="once").status_code == 303
    )


def test_a_copy_that_is_asked_for_again_is_the_one_that_was_made(board: LedgerBoard) -> None:
    """Red where what is copied makes the request: a remark on the source makes it another one."""
    fields = {"namespace": "payments.copy", "title": "Again", "key": "once"}
    board.post("duplicate/", **fields)
    comment_step(board.desk, board.namespace, 2, by=ADA, text="Go on.")
    edit_step(board.desk, board.namespace, 2, by=ADA, title="Else", expected=board.revision(2))
    assert board.post("duplicate/", **fields).status_code == 303
    assert board.desk.store.read("payments.copy").plan.revision == 1
    assert board.post("duplicate/", **fields | {"title": "Other"}).status_code == 422


def test_a_copy_under_a_taken_name_is_refused_beside_its_field(board: LedgerBoard) -> None:
    answer = board.post("duplicate/", namespace=board.namespace, title="Mine")
    assert answer.status_code == 422
    assert "There is already a plan" in text(answer)
    assert 'value="Mine"' in text(answer)


@pytest.mark.parametrize(("path", "ending"), [("export.json", "json"), ("export.md", "md")])
def test_what_is_exported_is_saved_and_imported_again(board: LedgerBoard, path: str, ending: str) -> None:
    exported = board.get(path)
    name = f"payments.ledger-rev{board.plan().revision}.{ending}"
    assert exported["Content-Disposition"] == f'attachment; filename="{name}"'

    file = SimpleUploadedFile(name, exported.content)
    seen = board.client.post("/import/", {"file": file})
    assert "This becomes 3 steps" in text(seen)
    assert 'value="payments.ledger-2"' in text(seen)

    made = board.client.post("/import/", {"text": text(exported), "namespace": "copied", "create": "yes"})
    assert (made.status_code, made["Location"]) == (303, "/plans/copied/")
    steps = board.desk.store.read("copied").plan.steps
    assert [(step.title, step.notes, step.needs) for step in steps] == [
        (step.title, step.notes, step.needs) for step in board.plan().steps
    ]


def test_a_preview_names_what_is_not_taken_over(board: LedgerBoard) -> None:
    shown = text(board.client.post("/import/", {"text": text(board.get("export.json"))}))
    assert "Not taken over: 1 open request." in shown


def test_a_preview_names_the_lines_that_become_nothing(board: LedgerBoard) -> None:
    """Red before: a paragraph between the items went without a word."""
    shown = text(board.client.post("/import/", {"text": "# T\n\nAsk <b>Bob</b>.\n\n- a\n\nMore.\n"}))
    assert "Line 3 is no step, heading or note and was left out: Ask &lt;b&gt;Bob&lt;/b&gt;." in shown
    assert "Line 7 is no step" in shown


def test_what_is_wrong_in_a_text_is_shown_in_its_line(board: LedgerBoard) -> None:
    sent = '{"steps": [\n  {"title": "a"},\n  {"title": 7}\n]}'
    answer = board.client.post("/import/", {"text": sent, "namespace": "x", "create": "yes"})
    shown = text(answer)
    assert answer.status_code == 422
    assert "Line 3, column 13" in shown
    assert "<mark>7}</mark>" in shown
    assert not board.desk.store.exists("x")


@pytest.mark.parametrize("sign", ["\u2028", "\x0c", "\x85", "\r"])
def test_what_is_wrong_behind_a_strange_line_end_is_shown_too(board: LedgerBoard, sign: str) -> None:
    """Red before: the page failed and what was typed was gone; only LF ended a line in the excerpt."""
    wrong = f"- fine{sign}- fine{sign}\n- {'x' * 3000}"
    for path, fields in (("/import/", {"namespace": "q.q"}), (f"/plans/{board.namespace}/paste/", {})):
        answer = board.client.post(path, {"text": wrong, **fields})
        assert answer.status_code == 413
        assert "2,048 is the most" in text(answer)
        assert "x" * 3000 in text(answer)


def test_a_file_that_is_no_text_is_refused(board: LedgerBoard) -> None:
    answer = board.client.post("/import/", {"file": SimpleUploadedFile("a.md", b"- a\n\xff")})
    assert answer.status_code == 422
    assert "not text in UTF-8" in text(answer)


def test_an_import_starts_as_a_draft_where_that_is_ticked(board: LedgerBoard) -> None:
    fields = {"text": "- a", "namespace": "x", "create": "yes", "draft": "on"}
    board.client.post("/import/", fields)
    assert board.desk.store.read("x").plan.stored_state == "draft"


def test_a_pasted_list_is_added_in_one_revision(board: LedgerBoard) -> None:
    before = board.plan().revision
    answer = board.post("paste/", text="Survey\nMeasure\n\nBuild")
    assert answer.status_code == 303
    plan = board.plan()
    assert plan.revision == before + 1
    assert [(step.number, step.title, step.needs) for step in plan.steps[3:]] == [
        (4, "Survey", ()),
        (5, "Measure", ()),
        (6, "Build", (4, 5)),
    ]


def test_lines_of_a_pasted_list_that_become_nothing_are_counted(board: LedgerBoard) -> None:
    board.client.post(f"/plans/{board.namespace}/paste/", {"text": "We do:\n- a\n- b\n"})
    assert "2 steps added, 1 line left out" in text(board.get())


def test_a_list_that_cannot_be_read_stays_typed(board: LedgerBoard) -> None:
    answer = board.post("paste/", text="- ok\n- " + "b" * 3000)
    assert answer.status_code == 413
    assert "Line 2, column 1" in text(answer)
    assert "- ok" in text(answer)


def test_a_printed_plan_holds_its_steps_and_decisions(board: LedgerBoard, copied: object) -> None:
    board.post("steps/1/approve/", revision=board.revision(1), note="Looks right")
    copied(board.namespace)  # type: ignore[operator]
    shown = text(board.get("print/"))
    assert "Delete orphaned holds" in shown
    assert "Looks right" in shown
    assert "<form" not in shown


def test_json_keeps_every_word_that_programs_send(board: LedgerBoard) -> None:
    plan = json.loads(board.get("export.json").content)["plan"]
    assert plan["steps"][0]["request"]["text"] == "Delete 41 rows?"
    assert plan["steps"][0]["owner"] == ABC.name


@pytest.mark.parametrize("fields", [{"namespace": "x" * 500}, {"key": "k" * 500}, {"namespace": "a\x00b"}])
def test_a_name_or_key_that_cannot_be_keeps_what_was_brought(
    board: LedgerBoard, fields: dict[str, str]
) -> None:
    """Red where a field that was refused is read all the same."""
    answer = board.client.post("/import/", {"text": "- Build\n", "create": "1", **fields})
    assert answer.status_code in {200, 422}
    assert "Build" in text(answer)
    assert board.post("paste/", text="- Build\n", key="k" * 500).status_code in {200, 303, 422}
