from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from plans.domain.chain import longest_chain
from plans.domain.plan import Plan
from plans.domain.step import CLOSED, Status
from tests.domain.cast import plan_of, work


def test_the_longest_chain_counts_only_what_is_open() -> None:
    plan = plan_of(
        work(1, Status.COMPLETED),
        work(2, Status.COMPLETED, 1),
        work(3, Status.IN_PROGRESS, 2),
        work(4),
        work(5, Status.PENDING, 4),
        work(6, Status.PENDING, 5, 3),
    )
    assert longest_chain(plan) == (4, 5, 6)


def test_of_chains_of_one_length_the_first_in_plan_order_counts() -> None:
    plan = plan_of(work(2), work(1), work(3, Status.PENDING, 1), work(4, Status.PENDING, 2))
    assert longest_chain(plan) == (2, 4)


def test_a_finished_plan_has_no_chain() -> None:
    assert longest_chain(plan_of(*(work(at, status) for at, status in enumerate(sorted(CLOSED), 1)))) == ()


def test_a_circle_of_a_damaged_file_is_no_chain() -> None:
    plan = plan_of(work(1, Status.PENDING, 2), work(2, Status.PENDING, 1), work(3))
    assert longest_chain(plan) == (3,)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    steps = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        needs = draw(st.sets(st.integers(1, number - 1), max_size=3)) if number > 1 else set()
        status = draw(st.sampled_from([Status.PENDING, Status.COMPLETED]))
        steps.append(work(number, status, *sorted(needs)))
    return plan_of(*steps)


@given(plans())
def test_no_open_step_continues_the_chain_at_either_end(plan: Plan) -> None:
    chain = longest_chain(plan)
    assert all(plan.step(number).is_open for number in chain)
    assert all(need in plan.step(step).needs for need, step in pairwise(chain))
    if chain:
        assert not any(chain[-1] in step.needs and step.is_open for step in plan.steps)
        assert not any(plan.step(need).is_open for need in plan.step(chain[0]).needs)
