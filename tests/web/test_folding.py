"""Which waves of a plan are drawn as one box."""

from __future__ import annotations

from msgspec.structs import replace

from plans.domain.picture import Picture, picture_of
from plans.domain.step import Status, Step
from plans.web.folding import MOST_DRAWN, MOST_OPEN, MOST_WAVES, graph
from plans.web.track import Asked, track_view
from tests.domain.cast import plan_of, work


def phased(number: int, phase: str, *needs: int, status: Status = Status.PENDING) -> Step:
    return replace(work(number, status, *needs), phase=phase)


def pictured(*steps: Step) -> Picture:
    return picture_of(plan_of(*steps))


def large(steps: int, *, phases: int) -> Picture:
    """Make a plan whose phases follow each other."""
    each = steps // phases
    return pictured(
        *(
            phased(at, f"Phase {(at - 1) // each}", *([at - each] if at > each else []))
            for at in range(1, steps + 1)
        )
    )


def test_a_finished_wave_is_one_node_and_others_are_drawn_in_full() -> None:
    drawn = graph(
        pictured(
            phased(1, "Survey", status=Status.COMPLETED),
            phased(2, "Survey", 1, status=Status.CANCELLED),
            phased(3, "Build", 2),
            phased(4, "Build", 3),
        )
    )
    assert drawn.nodes == (-1, 3, 4)
    assert drawn.edges == ((-1, 3), (3, 4))


def test_a_single_finished_step_is_no_stack() -> None:
    drawn = graph(pictured(phased(1, "Survey", status=Status.COMPLETED), phased(2, "Build", 1)))
    assert drawn.nodes == (1, 2)


def test_waves_that_wait_for_each_other_both_ways_can_be_drawn() -> None:
    picture = pictured(
        phased(1, "A", status=Status.COMPLETED),
        phased(2, "B", 1, status=Status.COMPLETED),
        phased(3, "A", 2, status=Status.COMPLETED),
        phased(4, "B", 3, status=Status.COMPLETED),
    )
    assert set(graph(picture).edges) == {(-1, -2), (-2, -1)}
    view = track_view(picture, Asked())
    assert [node.id for node in view.nodes] == ["wave-1", "wave-2"]
    assert len(view.edges) == 1


def test_a_plan_of_many_steps_opens_at_wave_level() -> None:
    assert not graph(large(MOST_OPEN, phases=10)).is_at_wave_level
    drawn = graph(large(MOST_OPEN + 10, phases=10))
    assert drawn.is_at_wave_level
    assert len(drawn.nodes) == 10


def test_what_is_done_does_not_count_for_how_large_a_plan_is() -> None:
    done = (phased(at, "Old", status=Status.COMPLETED) for at in range(1, 400))
    drawn = graph(pictured(*done, phased(400, "New", 399), phased(401, "New", 400)))
    assert not drawn.is_at_wave_level
    assert drawn.nodes == (-1, 400, 401)


def test_waves_unfold_as_long_as_there_is_room() -> None:
    picture = large(2_000, phases=10)
    all_keys = [wave.key for wave in graph(picture).waves]
    drawn = graph(picture, unfolded=all_keys)
    assert len(drawn.nodes) <= MOST_DRAWN
    assert sum(not wave.is_folded for wave in drawn.waves) == 2
    assert all(wave.is_too_large for wave in drawn.waves[2:])


def test_a_wave_that_is_too_large_leads_to_the_table() -> None:
    view = track_view(large(3_000, phases=3), Asked())
    assert {node.href for node in view.nodes} == {"/plans/payments.ledger/table/"}


def test_a_plan_of_thousands_of_phases_is_drawn_as_a_few_dozen() -> None:
    chain = pictured(*(work(at, Status.PENDING, *([at - 1] if at > 1 else [])) for at in range(1, 5_001)))
    view = track_view(chain, Asked())
    assert len(view.nodes) <= MOST_WAVES
    assert view.chain == 5_000
    assert view.nodes[0].lines[0].startswith("Wave 1 …")


def test_a_wave_at_wave_level_says_how_many_need_a_person() -> None:
    asking = replace(phased(1, "Phase 0", status=Status.BLOCKED), owner="session-abc")
    picture = large(300, phases=3)
    plan = replace(picture.plan, steps=(asking, *picture.plan.steps[1:]))
    view = track_view(picture_of(plan), Asked())
    assert view.nodes[0].facts == "0 of 100 done, 1 needs you"
    assert view.nodes[0].look == "asking"
    assert view.first == "wave-1"


def test_the_heavy_line_runs_through_stacks() -> None:
    view = track_view(large(300, phases=3), Asked())
    assert [edge.look for edge in view.edges] == ["longest", "longest"]


def test_needs_that_go_in_a_circle_are_drawn_as_far_as_they_can() -> None:
    view = track_view(pictured(work(1, Status.PENDING, 2), work(2, Status.PENDING, 1), work(3)), Asked())
    assert [node.id for node in view.nodes] == ["node-1", "node-2", "node-3"]
    assert len(view.edges) == 1
