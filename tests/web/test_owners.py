from plans.domain.picture import Life
from plans.domain.step import Status
from plans.mirror.reading import SessionRow, Task
from plans.web.owners import offers


def row(
    session: str, *, liveness: str = "live", progress_at: int = 0, status: Status | None = None
) -> SessionRow:
    life = Life(session=session, liveness=liveness, progress_at=progress_at)
    task = Task(namespace="n", number=3, title="t", status=status) if status else None
    return SessionRow(life=life, tasks=(task,) if task else ())


def test_idle_sessions_come_first_and_the_longest_idle_first_of_all() -> None:
    found = offers(
        [
            row("at-work", progress_at=1, status=Status.IN_PROGRESS),
            row("fresh", progress_at=900),
            row("rested", progress_at=100),
        ],
        owner=None,
    )

    assert [offer.session for offer in found.idle] == ["rested", "fresh"]
    assert [offer.session for offer in found.working] == ["at-work"]


def test_a_session_with_a_step_it_has_not_started_is_idle() -> None:
    assert offers([row("assigned", status=Status.PENDING)], owner=None).idle[0].task is None


def test_only_live_sessions_are_offered_and_the_present_owner() -> None:
    rows = [row("stale", liveness="stale"), row("quiet", liveness="quiet"), row("owner", liveness="stale")]

    found = offers(rows, owner="owner")

    assert [(offer.session, offer.is_owner) for offer in found.idle] == [("owner", True)]


def test_names_and_titles_are_shown_without_what_hides_in_them() -> None:
    offer = offers([row("abc\u202edef", status=Status.PENDING)], owner=None).idle[0]
    assert offer.session == "abc\u202edef"
    assert "\u202e" not in offer.name
