"""Taking over a peer's write that moves nothing is the same as taking over any write, only quicker."""

from hypothesis import given
from hypothesis import strategies as st

from plans.domain.plan import Plan
from plans.domain.step import Kind, Request, RequestKind, Review, Status, Step
from plans.store.adoption import adopt, adopt_restated
from plans.store.formats.openclaw import Core, CoreStep, core_step

TITLES = st.sampled_from(["one", "two", "three"])
ASKED = Request(
    id=1, kind=RequestKind.APPROVAL, text="Go?", by="session:abc", at=1, came_from=Status.IN_PROGRESS
)


@st.composite
def steps(draw: st.DrawFn, number: int) -> Step:
    status = draw(st.sampled_from([Status.PENDING, Status.IN_PROGRESS, Status.BLOCKED, Status.COMPLETED]))
    return Step(
        number=number,
        title=draw(TITLES),
        status=status,
        kind=draw(st.sampled_from(Kind)),
        review=draw(st.sampled_from(Review)),
        active_form=draw(st.sampled_from([None, "working"])),
        request=ASKED if status is Status.BLOCKED else None,
        stamp_by=draw(st.sampled_from([None, "abc"])),
        stamp_at=draw(st.sampled_from([None, 5])),
    )


@st.composite
def written_over(draw: st.DrawFn) -> tuple[Plan, Core]:
    """A plan, and what a peer made of it that has the same titles in the same order, or nearly."""
    ours = tuple(draw(steps(number)) for number in range(1, draw(st.integers(1, 5)) + 1))
    plan = Plan(namespace="work", epoch="e", steps=ours, next_number=len(ours) + 1, revision=7)
    theirs = [draw(_changed(core_step(step))) for step in ours]
    if draw(st.booleans()):
        theirs.append(CoreStep(draw(TITLES), "pending"))
    return plan, Core("work", tuple(theirs), created_at=1, updated_at=9)


def _changed(core: CoreStep) -> st.SearchStrategy[CoreStep]:
    other = st.builds(
        CoreStep,
        text=st.just(core.text),
        status=st.sampled_from(["pending", "in_progress", "completed", "cancelled"]),
        active_form=st.sampled_from([None, "working", "waiting"]),
        updated_by=st.sampled_from([None, "abc", "def"]),
        updated_at=st.sampled_from([None, 5, 9]),
    )
    return st.one_of(st.just(core), other)


@given(written_over())
def test_both_ways_take_over_the_same(found: tuple[Plan, Core]) -> None:
    plan, theirs = found
    base = tuple((step.number, core_step(step)) for step in plan.steps)
    quick = adopt_restated(plan, theirs, at=10)
    if len(theirs.steps) == len(plan.steps):
        assert quick == adopt(plan, base, theirs, at=10)
    else:
        assert quick is None
