"""The header's track stays a picture that can be taken in, whatever the plan."""

from hypothesis import given
from hypothesis import strategies as st

from plans.domain.picture import picture_of
from plans.domain.plan import Plan
from plans.domain.step import Kind, Status, Step
from plans.web.heads import MOST_STRETCHES, banner_view, head_view


def plan_of(*steps: Step) -> Plan:
    return Plan(namespace="payments.ledger", epoch="e", steps=steps)


def chain(length: int) -> Plan:
    return plan_of(
        *(Step(number=n, title=f"step {n}", needs=(n - 1,) if n > 1 else ()) for n in range(1, length + 1))
    )


@given(st.integers(0, 200))
def test_every_step_stands_in_one_stretch_of_few(length: int) -> None:
    waves = head_view(picture_of(chain(length))).waves
    assert len(waves) <= MOST_STRETCHES
    assert sum(wave.total for wave in waves) == length


def test_stretches_that_are_shared_are_named_by_their_ends() -> None:
    names = [wave.name for wave in head_view(picture_of(chain(40))).waves]
    assert names[0] == "Wave 1 – 3"
    assert names[-1] == "Wave 40"


def test_phases_keep_their_names_and_order() -> None:
    phases = ("Survey", "Build", "Survey", "")
    plan = plan_of(*(Step(number=n, title="x", phase=phase) for n, phase in enumerate(phases, 1)))
    assert [(wave.name, wave.total) for wave in head_view(picture_of(plan)).waves] == [
        ("Survey", 2),
        ("Build", 1),
        ("No phase", 1),
    ]


def test_a_plan_of_only_cancelled_steps_is_not_done() -> None:
    head = head_view(picture_of(plan_of(Step(number=1, title="x", status=Status.CANCELLED))))
    assert (head.state, head.done, head.total) == ("Cancelled", 0, 0)
    assert head.waves[0].blocks == ("cancelled",)


def test_a_gate_without_a_title_is_named_all_the_same() -> None:
    gate = Step(number=1, title="\u200b", kind=Kind.GATE)
    spaces = Step(number=2, title=" ", kind=Kind.GATE)
    gates = banner_view(picture_of(plan_of(gate, spaces))).gates
    assert [gate.title for gate in gates] == ["⟦U+200B⟧", "Untitled step"]
