"""Searching plans, steps and sessions, on both databases."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import connection
from msgspec.structs import replace

from plans.domain.picture import Life
from plans.domain.rights import EVERY_PLAN
from plans.domain.step import Status, Step
from plans.mirror import session_rows
from plans.mirror.applying import empty, forget
from plans.mirror.searching import asked, search
from tests.mirror.stage import NAMESPACE, Story, set_step

if TYPE_CHECKING:
    from plans.mirror.rows import Known

pytestmark = pytest.mark.django_db

STEPS = (
    Step(number=1, title="Survey the ledger", notes="Every writer, dual or not"),
    Step(number=2, title="Turn on dual-write in production", owner="ledger-smith-7f3a"),
    Step(number=3, title="Remove the old path", active_form="running 212 tests"),
    Step(number=4, title="Zahlungen prüfen", notes="see payments/refund_writer.py"),
)


def story(*steps: Step, namespace: str = NAMESPACE, title: str = "Ledger to event store") -> Story:
    told = Story(*steps, namespace=namespace)
    return told.change(lambda plan: replace(plan, title=title), verb="describe")


@pytest.fixture
def ledger() -> Story:
    return story(*STEPS)


@pytest.fixture
def known(ledger: Story) -> Known:
    return ledger.mirror()


def numbers(text: str, here: str = "") -> list[int]:
    return [hit.step.number for hit in search(EVERY_PLAN, text, here=here).steps]


def first(text: str, *, here: str) -> str:
    return next(hit.namespace for hit in search(EVERY_PLAN, text, here=here).steps)


@pytest.mark.usefixtures("known")
class TestOnTheLedger:
    """What is found in one plan of four steps."""

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("dual", [2, 1]),
            ("DUAL wri", [2, 1]),
            ("wri dual", []),
            ("write dual", [2]),
            ("7f3a", [2]),
            ("smith", [2]),
            ("212", [3]),
            ("running tes", [3]),
            ("refund", [4]),
            ("prüf", [4]),
            ("pruf", [4]),
            ("PRU\N{COMBINING DIAERESIS}F", [4]),
            ("zahlüngen", [4]),
            ("nothing of the kind", []),
            ("", []),
        ],
    )
    def test_words_are_found_in_titles_owners_notes_and_what_is_done_now(
        self, text: str, found: list[int]
    ) -> None:
        assert numbers(text) == found

    @pytest.mark.parametrize("text", ["3", "#3", "ledger 3", "payments #3", "3 path", "path 3"])
    def test_a_number_is_a_steps_number(self, text: str) -> None:
        assert numbers(text)[0] == 3

    def test_words_of_the_plan_and_of_the_step_are_found_together(self) -> None:
        assert numbers("payments dual") == [2, 1]
        assert numbers("event remove") == [3]

    @pytest.mark.parametrize(
        "text",
        [
            '"',
            "'",
            '"dual',
            "dual*",
            "dual OR NOT",
            "NEAR(dual, 1)",
            "title:dual",
            "-dual",
            "dual & | ! ( ) : *",
            "dual\x00write",
            "\x00",
            "(((",
            "dual' <-> write",
            "%dual_",
            "\\dual\\",
            "\ud800",
            "# #",
            "²",
            "9" * 400,
            "w " * 400,
            "x" * 10_000,
            "dual\N{COMBINING ACUTE ACCENT}",
        ],
    )
    def test_no_text_is_wrong(self, text: str) -> None:
        search(EVERY_PLAN, text)

    def test_plans_are_found_by_name_and_title(self) -> None:
        assert [hit.namespace for hit in search(EVERY_PLAN, "event").plans] == [NAMESPACE]
        assert [hit.namespace for hit in search(EVERY_PLAN, "ledger payments").plans] == [NAMESPACE]
        assert search(EVERY_PLAN, "dual").plans == ()


def test_what_changes_is_found_by_its_new_words_alone(ledger: Story, known: Known) -> None:
    ledger.change(set_step(2, title="Turn on the mirror", notes="quokka", owner=None))
    known = ledger.mirror(known)
    assert numbers("dual") == [1]
    assert numbers("quokka") == numbers("mirror") == [2]
    ledger.change(set_step(2, status=Status.IN_PROGRESS))
    known = ledger.mirror(known)
    assert numbers("quokka") == [2]
    ledger.change(lambda plan: plan.with_steps(step for step in plan.steps if step.number != 2))
    ledger.mirror(known)
    assert numbers("quokka") == []


@pytest.mark.usefixtures("known")
def test_a_plan_that_is_gone_leaves_no_words_behind() -> None:
    forget(NAMESPACE)
    assert numbers("dual") == numbers("3") == []


@pytest.mark.usefixtures("known")
def test_a_mirror_made_again_is_searched_again(ledger: Story) -> None:
    empty()
    assert numbers("dual") == []
    ledger.mirror()
    assert numbers("dual") == [2, 1]


@pytest.mark.usefixtures("known")
def test_steps_of_the_plan_one_looks_at_come_first() -> None:
    other = story(Step(number=2, title="Dual-write of the index"), namespace="search.index", title="Index")
    other.mirror()
    assert first("dual write", here="search.index") == "search.index"
    assert first("dual write", here=NAMESPACE) == NAMESPACE
    assert first("#2", here="search.index") == "search.index"


def test_sessions_are_found_by_their_id() -> None:
    session_rows.write_lives([Life(session="ledger-smith-7f3a"), Life(session="load-rig-3c19")])
    assert [life.session for life in search(EVERY_PLAN, "smith").sessions] == ["ledger-smith-7f3a"]
    assert [life.session for life in search(EVERY_PLAN, "3C19").sessions] == ["load-rig-3c19"]


@pytest.mark.parametrize(
    "text",
    [
        "übersicht",
        "ÜBERSICHT",
        "ämter",
        "Ämt",
        "der",
        "strasse",
        "STRAẞE",
        "straße",
        "задачи",
        "ΟΔΌΣ",
        "x.one ÄMTER",
    ],
)
def test_plans_and_sessions_are_found_in_any_case_of_any_script(text: str) -> None:
    title = "Übersicht der ÄMTER, Straße, ЗАДАЧИ, οδός"
    story(namespace="x.one", title=title).mirror()
    story(namespace="x.two", title="UBERSICHT").mirror()
    session_rows.write_lives([Life(session="x.one", agent=title), Life(session="x.two")])
    found = search(EVERY_PLAN, text)
    assert [hit.namespace for hit in found.plans] == ["x.one"]
    assert [life.session for life in found.sessions] == ["x.one"]


@pytest.mark.parametrize("text", ["Con\ufb01gure", "con\ufb01gure", "\ufb02eet", "\ufb02EET", "CON\ufb01G"])
def test_letters_that_are_several_in_one_are_found_as_they_stand(text: str) -> None:
    """Red where a word is asked for by LIKE once its folded form is of A to Z: LIKE knows no ligature."""
    story(namespace="x.one", title="Con\ufb01gure the \ufb02eet").mirror()
    story(namespace="x.two", title="Con the eet").mirror()
    assert [hit.namespace for hit in search(EVERY_PLAN, text).plans] == ["x.one"]


def test_words_of_a_plan_in_another_case_narrow_its_steps_down() -> None:
    story(Step(number=1, title="Öl wechseln"), Step(number=2, title="Rad"), title="ÄMTER").mirror()
    story(Step(number=1, title="Öl"), namespace="x.two", title="Garage").mirror()
    assert numbers("ämter öl") == [1]
    assert numbers("ämter 2") == [2]


def test_a_document_no_database_reads_is_found_by_its_title() -> None:
    deep: object = "x"
    for _ in range(1_500):
        deep = [deep]
    story(Step(number=1, title="Deep thought", extra={"deep": deep})).mirror()
    assert numbers("deep") == [1]


def test_a_number_counts_as_a_word_too() -> None:
    assert asked("payments 17").words == ("payments", "17")
    assert asked("payments 17").others == ("payments",)
    assert asked("#17").words == ()
    assert asked("#17").number == 17


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("known")
def test_the_words_of_steps_that_are_there_are_taken_in() -> None:
    migration = import_module("plans.migrations.0006_search")
    for change in (migration.unmake, migration.make):
        with connection.schema_editor() as editor:
            change(apps, editor)
    assert numbers("dual") == [2, 1]
