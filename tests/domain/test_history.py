"""What happened, in words and in values."""

import pytest
from msgspec.structs import replace

from plans.domain.history import Change, author, changes, deed, sentence, verbs_saying
from plans.domain.revision import Line
from plans.domain.step import RequestKind, Status
from plans.domain.verbs.deciding import block
from plans.domain.verbs.shaping import edit, move
from tests.domain.cast import ABC, ANA, NOW, line_between, plan_of, work

LINE = Line(rev=11, at=NOW, by="person:ana", verb="edit")


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("claim", "ana claimed step 3"),
        ("next", "ana claimed step 3"),
        ("hold", "ana put on hold step 3"),
        ("approve", "ana approved step 3"),
        ("reject", "ana rejected step 3"),
        ("undo", "ana took back the decision on step 3"),
        ("force_complete", "ana force-completed step 3"),
        ("move", "ana moved step 3"),
        ("something_new", "ana something new"),
        ("abort", "ana aborted the plan"),
    ],
)
def test_a_revision_is_one_sentence(verb: str, words: str) -> None:
    assert sentence(replace(LINE, verb=verb, step=3)) == words


@pytest.mark.parametrize(
    ("word", "verbs"),
    [
        ("Took", {"undo"}),
        ("claimed", {"claim", "next"}),
        ("help", {"block"}),
        ("hold", {"block", "hold"}),
        ("kept", {"adopt"}),
        ("times", {"say"}),
        ("quokka", set()),
    ],
)
def test_a_word_names_the_verbs_it_may_be_said_of(word: str, verbs: set[str]) -> None:
    assert verbs_saying(word) == verbs


def test_a_list_of_steps_is_added_to_the_plan() -> None:
    assert deed(replace(LINE, verb="add")) == "added steps to the plan"
    assert deed(replace(LINE, verb="add", step=3)) == "added step 3"
    assert "add" in verbs_saying("added") & verbs_saying("steps")


def test_what_touches_no_single_step_is_said_of_none() -> None:
    assert deed(replace(LINE, verb="edit")) == "edit"


@pytest.mark.parametrize(
    ("by", "name"),
    [("session:host:42", "host:42"), ("person:ana", "ana"), ("file", "A program"), ("robot:x", "A program")],
)
def test_its_author_is_named_as_people_read_it(by: str, name: str) -> None:
    assert author(replace(LINE, by=by)) == name


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (RequestKind.APPROVAL, "asked for approval of step 1"),
        (RequestKind.INPUT, "asked a question on step 1"),
        (RequestKind.PROBLEM, "asked for help with step 1"),
    ],
)
def test_a_request_says_what_is_asked(kind: RequestKind, words: str) -> None:
    plan = plan_of(work(1, Status.IN_PROGRESS))
    asked = block(plan, 1, by=ABC, at=NOW, kind=kind, text="May I?")
    assert deed(line_between(plan, asked, by=ABC, verb="block")) == words


@pytest.mark.parametrize("values", [None, {}, {"request": None}, {"request": {"kind": "later"}}])
def test_a_request_of_an_unknown_kind_is_a_request_all_the_same(values: dict[str, object] | None) -> None:
    assert deed(replace(LINE, verb="block", step=1, set={"1": values})) == "asked about step 1"


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([], "changed the plan's file"),
        ([4], "changed the plan's file (step 4)"),
        ([4, 2], "changed the plan's file (2 steps)"),
    ],
)
def test_a_peers_change_says_how_much_of_the_file_it_was(numbers: list[int], words: str) -> None:
    assert deed(replace(LINE, verb="adopt", set={str(number): {} for number in numbers})) == words


def test_the_changes_of_a_step_and_of_the_plan_are_told_apart() -> None:
    plan = plan_of(work(1), work(2))
    line = line_between(plan, replace(edit(plan, 1, by=ANA, title="a", notes="n"), title="New"))
    assert set(changes(line, 1)) == {Change("title", "Step 1", "a"), Change("notes", "", "n")}
    assert changes(line, None) == (Change("title", "Ledger", "New"),)
    assert changes(line, 2) == ()


def test_the_changes_of_a_new_and_of_a_removed_step_have_one_side() -> None:
    assert changes(replace(LINE, set={"1": {"title": "a"}}, was={"1": None}), 1) == (
        Change("title", None, "a"),
    )
    assert changes(replace(LINE, set={"1": None}, was={"1": {"title": "a"}}), 1) == (
        Change("title", "a", None),
    )


def test_a_line_touches_what_it_edits_and_what_it_moves() -> None:
    plan = plan_of(work(1), work(2), work(3))
    moved = line_between(plan, move(plan, 3, by=ANA, after=None))
    edited = line_between(plan, edit(plan, 2, by=ANA, title="b"))
    assert (edited.touches(), moved.touches()) == ((2,), (3,))
