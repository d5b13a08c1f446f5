import json
import os
from pathlib import Path

import pytest

from plans.domain.plan import PlanState
from tests.web.cast import LedgerBoard


def test_the_plans_own_words_are_changed(board: LedgerBoard) -> None:
    answer = board.post(
        "describe/", revision=board.plan().own_revision, title="Ledger", status="at risk", group="money"
    )

    assert answer.status_code == 303
    plan = board.plan()
    assert (plan.title, plan.status, plan.group) == ("Ledger", "at risk", "money")


def test_a_plan_change_without_a_revision_is_refused(board: LedgerBoard) -> None:
    assert board.post("describe/", title="Ledger").status_code == 428


@pytest.mark.parametrize(("verb", "state"), [("abort", PlanState.ABORTED), ("activate", PlanState.ACTIVE)])
def test_a_plan_is_stopped_and_started(board: LedgerBoard, verb: str, state: PlanState) -> None:
    assert board.post(f"{verb}/", revision=board.plan().revision).status_code == 303
    assert board.plan().stored_state is state


def test_a_plan_is_put_away_and_brought_back(board: LedgerBoard) -> None:
    board.post("archive/", revision=board.plan().own_revision)
    assert board.plan().archived

    board.post("unarchive/", revision=board.plan().own_revision)
    assert not board.plan().archived


def test_a_plan_file_that_vanished_is_put_back(board: LedgerBoard) -> None:
    file = Path(board.desk.store.root, board.namespace, "plan.json")
    before = json.loads(file.read_bytes())
    file.unlink()
    refused = board.post("steps/", title="New")
    assert refused.status_code == 503

    assert board.post("restore/", revision=board.plan().revision).status_code == 303
    assert json.loads(file.read_bytes())["steps"] == before["steps"]
    assert board.post("steps/", title="New").status_code == 303


def test_a_plan_is_deleted_only_when_its_name_is_typed(board: LedgerBoard) -> None:
    refused = board.post("delete/", revision=board.plan().revision, namespace="payments")

    assert refused.status_code == 422
    assert b"Type payments.ledger to delete it." in refused.content
    assert board.desk.store.exists(board.namespace)

    answer = board.post("delete/", revision=board.plan().revision, namespace="payments.ledger")

    assert (answer.status_code, answer["Location"]) == (303, "/plans/")
    assert not board.desk.store.exists(board.namespace)
    assert list(Path(board.desk.store.root, ".trash").iterdir())


def test_deleting_a_plan_that_changed_meanwhile_is_refused(board: LedgerBoard) -> None:
    seen = board.plan().revision
    board.post("steps/", title="New")

    assert board.post("delete/", revision=seen, namespace="payments.ledger").status_code == 409
    assert board.desk.store.exists(board.namespace)


def test_a_plan_is_created_and_opened(board: LedgerBoard) -> None:
    answer = board.client.post("/plans/", {"namespace": "search.ranker", "title": "Ranker", "draft": "on"})

    assert (answer.status_code, answer["Location"]) == (303, "/plans/search.ranker/")
    plan = board.desk.store.read("search.ranker").plan
    assert (plan.title, plan.stored_state, plan.created_by) == ("Ranker", PlanState.DRAFT, "person:ada")


@pytest.mark.parametrize("namespace", ["", "../etc", "a/b", "CON", "x" * 129, ".hidden", "payments.ledger"])
def test_a_name_that_cannot_be_used_is_refused_and_kept(board: LedgerBoard, namespace: str) -> None:
    answer = board.client.post("/plans/", {"namespace": namespace, "title": "My title"})

    assert answer.status_code == 422
    assert b"My title" in answer.content


def test_a_person_is_told_a_names_rule_in_words(board: LedgerBoard) -> None:
    said = board.client.post("/plans/", {"namespace": "Bad Name!"}).content.decode()

    assert "Use letters, digits, dots, dashes and underscores" in said
    assert "must match" not in said


def test_a_dead_programs_lock_is_watched_before_it_is_removed(board: LedgerBoard) -> None:
    path = Path(board.desk.store.root, board.namespace, ".lock")
    path.write_text("999999999-1700000000000-deadbeef")

    answer = board.post("unlock/")

    assert answer.status_code == 503
    assert "Try again in 20 s" in answer.content.decode()
    assert path.exists()


@pytest.mark.usefixtures("short_watch")
def test_a_lock_that_a_dead_program_left_is_removed(board: LedgerBoard) -> None:
    path = Path(board.desk.store.root, board.namespace, ".lock")
    path.write_text("999999999-1700000000000-deadbeef")

    assert board.post("unlock/").status_code == 303
    assert not path.exists()


def test_the_lock_of_a_live_program_stays(board: LedgerBoard) -> None:
    path = Path(board.desk.store.root, board.namespace, ".lock")
    path.write_text(f"{os.getpid()}-1700000000000-deadbeef")

    answer = board.post("unlock/")

    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert path.exists()
