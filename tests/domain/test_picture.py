"""What a page or a push needs of a plan, and that it is drawn again only where it changed."""

import pytest
from hypothesis import given
from msgspec.structs import replace

from plans.domain.picture import (
    Life,
    changed_cards,
    is_restamped,
    picture_of,
    repaint,
    sessions_of,
    with_plan,
)
from plans.domain.problem import Problem
from plans.domain.step import Status, Step
from plans.domain.verbs.shaping import edit, move, remove
from plans.domain.verbs.working import complete, force_complete
from tests.domain.cast import ABC, ANA, DEF, NOW, plan_of, saved, work
from tests.domain.walks import Leg, Wish, walked, walks

P = Status.PENDING


def test_a_picture_is_known_by_epoch_and_revision() -> None:
    assert picture_of(plan_of(work())).version == ("e1", 10)


def test_a_picture_says_who_works_and_what_is_wrong() -> None:
    problem = Problem(kind="unreadable", message="No JSON", line=3)
    picture = picture_of(
        plan_of(work()),
        lives={"session-abc": Life(session="session-abc")},
        problem=problem,
        warnings=("odd",),
        writable=False,
    )
    assert (picture.problem, picture.warnings, picture.writable) == (problem, ("odd",), False)
    assert picture.lives["session-abc"].liveness == "unknown"
    assert with_plan(picture, picture.plan, []).lives == picture.lives


def test_sessions_are_the_owners_and_workers_of_open_steps() -> None:
    plan = plan_of(
        replace(work(1, Status.IN_PROGRESS), worker="session-def"),
        work(2, P, owner=ABC),
        work(3, Status.COMPLETED, owner=DEF),
    )
    assert sessions_of(plan) == {"session-abc": 2, "session-def": 1}


def test_a_session_without_open_steps_is_gone_from_the_picture() -> None:
    plan = plan_of(work(1, Status.IN_PROGRESS))
    finished = saved(plan, complete(plan, 1, by=ABC, at=NOW))
    assert with_plan(picture_of(plan), finished, [1]).sessions == {}


@pytest.mark.parametrize(
    ("now", "same"),
    [
        (work(), True),
        (replace(work(), stamp_by="session-abc", stamp_at=NOW, updated_by="file", updated_at=NOW), True),
        (replace(work(), title="New"), False),
        (replace(work(), revision=2), False),
    ],
)
def test_stamps_alone_show_on_no_card(now: Step, *, same: bool) -> None:
    assert is_restamped(work(), now) is same


def test_a_card_changes_when_what_it_waits_for_does() -> None:
    before = picture_of(plan_of(work(1), work(2, P, 1), work(3)))
    painted = repaint(before, saved(before.plan, force_complete(before.plan, 1, by=ANA)), [1])
    assert painted.touched == (1, 2)
    assert changed_cards(before, painted.picture, (1, 2, 3)) == (1, 2)


def test_a_new_and_a_removed_card_are_changed_cards() -> None:
    before = picture_of(plan_of(work(1), work(2)))
    now = with_plan(before, saved(before.plan, remove(before.plan, 2, by=ANA)), [2])
    assert changed_cards(before, now, (1, 2)) == (2,)
    assert changed_cards(now, before, (1, 2)) == (2,)


def test_a_plain_edit_changes_one_card() -> None:
    before = picture_of(plan_of(work(1), work(2, P, 1)))
    painted = repaint(before, saved(before.plan, edit(before.plan, 1, by=ANA, title="New")), [1])
    assert changed_cards(before, painted.picture, painted.touched) == (1,)


def test_who_waits_is_listed_in_plan_order_when_one_of_them_moved() -> None:
    before = picture_of(plan_of(work(1), work(2, P, 1), work(3, P, 1)))
    now = with_plan(before, saved(before.plan, move(before.plan, 3, by=ANA, after=1)), [3])
    assert (before.users, now.users) == ({1: [2, 3]}, {1: [3, 2]})


@given(walks)
def test_repainting_what_a_line_touches_equals_painting_anew(walk: list[Wish]) -> None:
    picture = picture_of(walked(walk)[0].before)
    for leg in walked(walk):
        painted = repaint(picture, leg.after, leg.line.touches() if leg.line else ())
        fresh = picture_of(leg.after)
        assert painted.picture == fresh
        assert set(different(leg)) <= set(painted.touched)
        picture = painted.picture


def different(leg: Leg) -> tuple[int, ...]:
    before, now = picture_of(leg.before), picture_of(leg.after)
    return changed_cards(before, now, {*before.standings, *now.standings})
