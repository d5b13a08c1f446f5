import pytest

from plans.domain.picture import Life
from plans.domain.roll import Asked, Attendee, HeldStep, SessionState, behind, state_of
from plans.domain.step import RequestKind, Status

NOW = 1_795_000_000_000
MINUTE = 60_000


def held(number: int = 1, status: Status = Status.IN_PROGRESS, kind: RequestKind | None = None) -> HeldStep:
    request = Asked(kind) if kind else None
    return HeldStep(number=number, status=status, request=request, updated_at=number, namespace="a.b")


def life(liveness: str = "live", *, progress_ago: int | None = 0) -> Life:
    progress_at = None if progress_ago is None else NOW - progress_ago
    return Life(session="abc", liveness=liveness, progress_at=progress_at)


@pytest.mark.parametrize(
    ("liveness", "steps", "state"),
    [
        ("stale", [held()], SessionState.STALE),
        ("stale", [held(status=Status.PENDING)], SessionState.STALE),
        ("stale", [], SessionState.ENDED),
        ("live", [held()], SessionState.WORKING),
        ("live", [held(status=Status.BLOCKED, kind=RequestKind.APPROVAL)], SessionState.ASKING),
        ("live", [held(status=Status.BLOCKED, kind=RequestKind.INPUT)], SessionState.ASKING),
        ("live", [held(status=Status.IN_REVIEW)], SessionState.ASKING),
        ("live", [held(status=Status.BLOCKED, kind=RequestKind.PROBLEM)], SessionState.BLOCKED),
        ("live", [held(status=Status.BLOCKED, kind=RequestKind.HOLD)], SessionState.BLOCKED),
        ("live", [held(status=Status.BLOCKED)], SessionState.BLOCKED),
        ("live", [held(status=Status.PENDING)], SessionState.IDLE),
        ("live", [], SessionState.IDLE),
        ("quiet", [], SessionState.QUIET),
        ("quiet", [held()], SessionState.STUCK),
        ("unknown", [held()], SessionState.WORKING),
    ],
)
def test_a_session_is_judged_by_its_life_and_by_what_it_has(
    liveness: str, steps: list[HeldStep], state: SessionState
) -> None:
    assert state_of(Attendee(life=life(liveness), held=tuple(steps)), now=NOW) is state


@pytest.mark.parametrize(
    ("progress_ago", "state"),
    [
        (10 * MINUTE, SessionState.STUCK),
        (10 * MINUTE - 1, SessionState.WORKING),
        (None, SessionState.WORKING),
    ],
)
def test_who_lives_but_says_nothing_new_for_ten_minutes_is_stuck(
    progress_ago: int | None, state: SessionState
) -> None:
    attendee = Attendee(life=life(progress_ago=progress_ago), held=(held(),))
    assert state_of(attendee, now=NOW) is state


def test_work_on_one_step_outweighs_a_question_on_another() -> None:
    asking = held(2, Status.BLOCKED, RequestKind.APPROVAL)
    attendee = Attendee(life=life(), held=(asking, held(1)))
    assert state_of(attendee, now=NOW) is SessionState.WORKING
    assert attendee.now_on == held(1)


def test_what_it_is_on_is_the_newest_of_the_most_active() -> None:
    pending = held(9, Status.PENDING)
    assert Attendee(life=life(), held=(held(1), held(3), held(2), pending)).now_on == held(3)
    assert Attendee(life=life()).now_on is None


def test_the_last_sign_is_the_later_of_both() -> None:
    assert Attendee(life=Life(session="abc", beat_at=5, progress_at=7)).last_sign == 7
    assert Attendee(life=Life(session="abc")).last_sign == 0


def test_steps_behind_are_counted_once_directly_or_not_and_within_their_plan() -> None:
    mine = (held(1), held(2))
    waiting = {
        ("a.b", 3): (1, 2),
        ("a.b", 4): (3,),
        ("a.b", 5): (4, 3),
        ("a.b", 2): (1,),
        ("a.b", 6): (99,),
        ("other", 7): (1,),
    }
    assert behind(mine, waiting) == 3
    assert behind((), waiting) == 0
