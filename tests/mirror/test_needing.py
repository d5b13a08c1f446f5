"""The queue over all plans as the mirror gives it: what the plans themselves say, in few statements."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from msgspec.structs import replace

from plans.domain.picture import Life, picture_of
from plans.domain.queue import STALE_IN_QUEUE, asking_plan, queue
from plans.domain.rights import EVERY_PLAN
from plans.domain.step import Kind, Request, RequestKind, Status, Step
from plans.mirror import needing, session_rows
from plans.mirror.stirring import stirred
from tests.mirror.stage import Story, set_step, steps

NOW = 10_000_000
ASKED = Request(
    id=1, kind=RequestKind.APPROVAL, text="May I?", by="session:abc", at=7, came_from=Status.IN_PROGRESS
)


def trouble(namespace: str) -> Story:
    """Make a plan of everything: an ask with steps behind it, a failure, a gate, a silent owner."""
    story = Story(
        *steps(4),
        Step(number=5, title="Go", kind=Kind.GATE),
        Step(number=6, title="", needs=(1,), owner="def"),
        Step(number=7, title="", needs=(6,)),
        namespace=namespace,
    )
    story.change(set_step(1, status=Status.BLOCKED, request=ASKED, owner="abc"))
    story.change(set_step(2, status=Status.FAILED))
    story.change(set_step(3, status=Status.IN_PROGRESS, owner="gone"))
    story.change(set_step(4, status=Status.IN_PROGRESS, owner="def"))
    story.mirror()
    return story


def lives(silent: int = NOW - STALE_IN_QUEUE) -> list[Life]:
    return [
        Life(session="abc", liveness="live", beat_at=NOW),
        Life(session="def", liveness="live", beat_at=NOW),
        Life(session="gone", liveness="stale", beat_at=silent),
    ]


@pytest.mark.django_db
class TestNeeding:
    def test_it_is_what_the_plans_themselves_say(self) -> None:
        session_rows.write_lives(lives())
        stories = [trouble("a.one"), trouble("b.two")]
        crowd = needing.crowd(EVERY_PLAN)
        found = queue(needing.asking_plans(EVERY_PLAN, crowd.lives, now=NOW), not_stopped=crowd.not_stopped)
        pictures = [
            picture_of(story.plan, lives={life.session: life for life in lives()}) for story in stories
        ]
        truth = queue((asking_plan(picture, now=NOW) for picture in pictures), not_stopped={"def", "gone"})
        assert sorted((a.key, a.reason, a.behind, a.stopped) for a in found) == sorted(
            (a.key, a.reason, a.behind, a.stopped) for a in truth
        )
        assert len(found) == 8
        assert {ask.key for ask in found} == {(n, s) for n, s, *_ in needing.keys_asking(EVERY_PLAN, now=NOW)}

    def test_who_fell_silent_before_the_clock_was_set_back_is_found_as_others_are(self) -> None:
        """Red where only a long past heartbeat is an old one, though the card says that there is none."""
        trouble("a.one")
        for at in (NOW + STALE_IN_QUEUE - 1, NOW + STALE_IN_QUEUE):
            session_rows.write_lives(lives(at))
            before = needing.state(EVERY_PLAN, now=at), stirred(EVERY_PLAN, now=at)
            keys = {step for _, step, *_ in needing.keys_asking(EVERY_PLAN, now=NOW)}
            assert (3 in keys) is (at == NOW + STALE_IN_QUEUE)
            after = needing.state(EVERY_PLAN, now=NOW), stirred(EVERY_PLAN, now=NOW)
            assert [now != then for then, now in zip(before, after, strict=True)] == [3 in keys] * 2

    def test_it_says_what_the_sessions_do(self) -> None:
        session_rows.write_lives(lives())
        trouble("a.one")
        crowd = needing.crowd(EVERY_PLAN)
        assert (crowd.live, crowd.moving) == (2, 1)
        assert crowd.not_stopped == {"def", "gone"}

    def test_a_gate_waits_since_it_could_be_opened(self) -> None:
        story = Story(Step(number=1, title=""), Step(number=2, title="Go", kind=Kind.GATE, needs=(1,)))
        story.change(set_step(1, status=Status.IN_PROGRESS))
        story.change(set_step(1, status=Status.COMPLETED))
        story.mirror()
        (ask,) = queue(needing.asking_plans(EVERY_PLAN, {}, now=NOW))
        assert (ask.step.number, ask.since) == (2, story.lines[-1].at)

    @pytest.mark.parametrize("put_aside", [{"archived": True}, {"stored_state": "aborted"}])
    def test_plans_that_are_put_aside_need_nobody(self, put_aside: dict[str, object]) -> None:
        story = trouble("a.one")
        story.change(lambda plan: replace(plan, **put_aside)).mirror()
        assert needing.asking_plans(EVERY_PLAN, {}, now=NOW) == []
        assert needing.keys_asking(EVERY_PLAN, now=NOW) == []

    def test_four_statements_whatever_the_number_of_plans(self) -> None:
        session_rows.write_lives(lives())
        for number in range(12):
            trouble(f"plan.n{number}")
        with CaptureQueriesContext(connection) as captured:
            crowd = needing.crowd(EVERY_PLAN)
            assert len(needing.asking_plans(EVERY_PLAN, crowd.lives, now=NOW)) == 12
        assert len(captured) == 4
        with CaptureQueriesContext(connection) as captured:
            assert len(needing.keys_asking(EVERY_PLAN, now=NOW)) == 12 * 4
        assert len(captured) == 1

    def test_it_tells_which_of_some_steps_are_still_open(self) -> None:
        trouble("a.one")
        asked = [("a.one", 1), ("a.one", 2), ("a.one", 99), ("nobody", 1)]
        assert needing.still_open(asked) == {("a.one", 1)}
        with CaptureQueriesContext(connection) as captured:
            assert needing.still_open([]) == set()
        assert len(captured) == 0


def test_a_call_that_an_older_version_wrote_without_times_was_made_when_the_last_was() -> None:
    older = needing.Needed("x", 1, 1, "1790,ana,people,")
    newer = needing.Needed("x", 1, 1, "1790,ben=1790,ana=1785,")
    assert (older.is_for("Ana"), older.called("Ana"), older.called("cy")) == (True, 1790, 1790)
    assert (newer.is_for("Ana"), newer.called("ana"), newer.called("cy")) == (True, 1785, 0)
    assert not newer.is_for("cy")
    assert needing.Needed("x", 1, 1, "").called("ana") == 0


def test_a_call_that_an_older_version_wrote_in_small_letters_is_for_the_same_person() -> None:
    older = needing.Needed("x", 1, 1, "1790,strauß=1785,")
    assert (older.is_for("Strauß"), older.called("STRAUSS"), older.is_for("straus")) == (True, 1785, False)
