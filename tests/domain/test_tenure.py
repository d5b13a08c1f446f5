"""Who had which step and when, as the journal's lines tell it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from plans.domain.plan import Plan
from plans.domain.revision import Line
from plans.domain.step import Status
from plans.domain.tenure import Ending, Mark, Tenure, Turn, chronicle, is_held
from tests.domain.walks import Wish, start, walked, walks

law = settings(max_examples=100)
A, B = "session-a", "session-b"


def line(rev: int, step: int, by: str = "session:session-a", **values: object) -> Line:
    return Line(rev=rev, at=1_000 * rev, by=by, verb="x", set={str(step): dict(values)})


def mark(rev: int) -> Mark:
    return Mark(rev, 1_000 * rev)


def told(*lines: Line) -> tuple[Tenure, ...]:
    return chronicle(lines).tenures


def claimed(rev: int, step: int = 1, by: str = A) -> Line:
    return line(rev, step, status="in_progress", owner=by)


def test_a_tenure_lasts_from_the_claim_to_the_end() -> None:
    (tenure,) = told(line(1, 1, title="One"), claimed(2), line(5, 1, status="completed"))
    assert tenure == Tenure(step=1, session=A, start=mark(2), end=mark(5), ending=Ending.COMPLETED)


def test_what_is_still_worked_on_has_no_end() -> None:
    (tenure,) = told(claimed(2), line(3, 1, active_form="writing"))
    assert (tenure.end, tenure.ending) == (None, None)


def test_a_step_that_waits_for_a_person_stays_its_owners() -> None:
    (tenure,) = told(claimed(1), line(3, 1, status="blocked"), line(6, 1, status="in_progress"))
    assert tenure.waits == ((mark(3), mark(6)),)
    assert tenure.end is None


def test_a_wait_ends_with_its_tenure() -> None:
    (tenure,) = told(claimed(1), line(3, 1, status="in_review"), line(6, 1, status="completed"))
    assert tenure.waits == ((mark(3), mark(6)),)


def test_a_step_that_is_passed_on_is_two_tenures() -> None:
    first, second = told(claimed(1), line(4, 1, owner=B))
    assert (first.session, first.end, first.ending) == (A, mark(4), Ending.PASSED_ON)
    assert (second.session, second.start) == (B, mark(4))


def test_a_step_that_is_given_back_can_be_had_again() -> None:
    first, second = told(claimed(1), line(4, 1, status="pending", owner=None), claimed(6))
    assert (first.ending, second.start, second.end) == (Ending.GIVEN_BACK, mark(6), None)


def test_a_removed_step_ends_its_tenure() -> None:
    gone = Line(rev=3, at=3_000, by="person:ana", verb="remove", set={"1": None})
    (tenure,) = told(claimed(1), gone)
    assert (tenure.end, tenure.ending) == (mark(3), Ending.REMOVED)


def test_what_was_finished_without_being_begun_is_a_moment() -> None:
    (tenure,) = told(line(2, 1, status="completed", owner=A))
    assert (tenure.session, tenure.start, tenure.end) == (A, mark(2), mark(2))


def test_a_step_that_a_person_holds_back_before_anybody_has_it_is_nobodys() -> None:
    assert told(line(1, 1, title="One"), line(2, 1, status="blocked")) == ()


def test_a_gate_is_decided_by_a_person_and_may_be_asked_again() -> None:
    ana = "person:ana"
    turns = chronicle(
        [
            line(1, 4, kind="gate", title="Go"),
            line(2, 4, ana, status="completed"),
            line(3, 4, ana, status="pending"),
            line(4, 4, ana, status="failed"),
        ]
    ).turns
    assert turns == (
        Turn(step=4, mark=mark(2), by=ana, opened=True, undone=mark(3)),
        Turn(step=4, mark=mark(4), by=ana, opened=False),
    )


def _covers(tenure: Tenure, rev: int) -> bool:
    return tenure.start.rev <= rev and (tenure.end is None or rev < tenure.end.rev)


@law
@given(walks, st.data())
def test_at_every_revision_exactly_the_holders_have_tenures(walk: list[Wish], data: st.DataObject) -> None:
    legs = [leg for leg in walked(walk) if leg.line]
    plans = [start(), *(leg.after for leg in legs)]
    tenures = chronicle([*founding(plans[0]), *(leg.line for leg in legs if leg.line)]).tenures
    plan = data.draw(st.sampled_from(plans))
    having = {(tenure.step, tenure.session) for tenure in tenures if _covers(tenure, plan.revision)}
    assert having == {
        (step.number, step.owner or "")
        for step in plan.steps
        if not step.is_gate and is_held(step.status, step.owner)
    }


@law
@given(walks)
def test_a_step_is_had_by_one_at_a_time(walk: list[Wish]) -> None:
    lines = [*founding(start()), *(leg.line for leg in walked(walk) if leg.line)]
    ended: dict[int, int] = {}
    for tenure in chronicle(lines).tenures:
        assert ended.get(tenure.step, 0) <= tenure.start.rev
        ended[tenure.step] = tenure.end.rev if tenure.end else lines[-1].rev + 1
        for wait in tenure.waits:
            assert tenure.start <= wait.start <= (wait.end or wait.start)


def founding(plan: Plan) -> list[Line]:
    """Say in a line how a walk's plan starts."""
    steps: dict[str, dict[str, object] | None] = {
        str(step.number): {"kind": str(step.kind), "status": str(Status(step.status)), "owner": step.owner}
        for step in plan.steps
    }
    return [Line(rev=plan.revision, at=0, by="person:ana", verb="create", set=steps)]
