"""The rows of the table, of plans small and large."""

from __future__ import annotations

from msgspec.structs import replace

from plans.domain.picture import Picture, picture_of
from plans.domain.step import Progress, Status
from plans.web.table import WINDOW, Asked, TableView, table_view
from tests.domain.cast import DEF, plan_of, work


def numbers(view: TableView) -> list[int]:
    return [row.number for row in view.rows]


def mixed() -> Picture:
    return picture_of(
        plan_of(
            work(1, Status.COMPLETED),
            replace(work(2, Status.IN_PROGRESS), progress=Progress(done=2, total=4), updated_at=500),
            work(3, Status.PENDING, 1),
            work(4, Status.PENDING, 2, 3),
            work(5, Status.BLOCKED, owner=DEF),
            replace(work(6, Status.FAILED), updated_at=200),
            replace(work(7, Status.PENDING, 4), title=""),
        )
    )


def test_what_needs_a_person_comes_first_and_what_is_done_last() -> None:
    assert numbers(table_view(mixed(), Asked())) == [5, 6, 2, 3, 4, 7, 1]


def test_unclaimed_steps_are_the_last_of_the_owners() -> None:
    assert numbers(table_view(mixed(), Asked(sort="owner")))[:2] == [2, 5]


def test_the_longest_unchanged_is_the_first_of_the_ages() -> None:
    found = numbers(table_view(mixed(), Asked(sort="for")))
    assert found.index(6) < found.index(2)
    assert found[-3:] == [3, 4, 7]


def test_a_row_knows_what_waits_on_what() -> None:
    rows = {row.number: row for row in table_view(mixed(), Asked()).rows}
    assert [link.number for link in rows[4].waits_on] == [2, 3]
    assert rows[2].holds_up == 1
    assert rows[2].progress == "2/4"
    assert rows[1].holds_up == 0
    assert [number for number, row in sorted(rows.items()) if row.is_on_chain] == [2, 4, 7]
    assert rows[7].is_untitled


def test_no_title_is_left_empty() -> None:
    view = table_view(picture_of(plan_of(replace(work(1), title=" "), work(2, Status.PENDING, 1))), Asked())
    row = next(row for row in view.rows if row.number == 2)
    assert [link.title for link in row.waits_on] == ["Untitled step"]
    assert table_view(mixed(), Asked()).chain_end == "Untitled step"


def test_a_step_that_waits_on_many_names_a_few() -> None:
    many = work(9, Status.PENDING, *range(1, 9))
    view = table_view(picture_of(plan_of(*(work(at) for at in range(1, 9)), many)), Asked(sort="-step"))
    assert len(view.rows[0].waits_on) == 4
    assert view.rows[0].waits_more == 4


def test_a_head_sorts_the_other_way_round_when_it_sorts_already() -> None:
    heads = {head.name: head for head in table_view(mixed(), Asked(sort="owner", query="step")).columns}
    assert heads["Owner"].way == "ascending"
    assert heads["Owner"].href == "/plans/payments.ledger/table/?q=step&sort=-owner"
    assert heads["Phase"].way == ""
    assert heads["Status"].href == "/plans/payments.ledger/table/?q=step"


def test_a_large_plan_is_shown_a_window_at_a_time() -> None:
    picture = picture_of(plan_of(*(work(at) for at in range(1, 5_001))))
    view = table_view(picture, Asked(sort="step"))
    assert len(view.rows) == WINDOW
    assert view.matching == 5_000
    assert view.more_href == f"/plans/payments.ledger/table/?sort=step&show={2 * WINDOW}"
    assert len(table_view(picture, Asked(size=2 * WINDOW)).rows) == 2 * WINDOW
    assert table_view(picture, Asked(size=5_000)).more_href == ""
