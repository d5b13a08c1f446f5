"""What is looked at next, and when: every decision of the worker that needs no file."""

from __future__ import annotations

import pytest

from plans.sync.decide import SETTLE_SECONDS, Agenda, Errand, Stamp, compare, retry_delay


def look(name: str) -> Errand:
    return Errand(name)


def test_a_poked_plan_comes_before_what_a_sweep_found() -> None:
    agenda = Agenda()
    agenda.sweep(["a", "b"])
    agenda.poke("c", core=False)
    assert [agenda.next(0.0) for _ in range(4)] == [look("c"), look("a"), look("b"), None]


def test_many_pokes_are_one_errand_that_remembers_whether_plan_json_was_touched() -> None:
    agenda = Agenda()
    for index in range(100):
        agenda.poke("a", core=index == 7)
    agenda.sweep(["a"])
    assert agenda.next(0.0) == Errand("a", core=True)
    assert agenda.next(0.0) is None


def test_a_plan_that_was_read_is_looked_at_once_more_when_it_is_quiet() -> None:
    agenda = Agenda()
    agenda.succeeded("a", 10.0)
    assert agenda.expects("a")
    assert agenda.next(10.0) is None
    assert agenda.wait(10.0) == pytest.approx(SETTLE_SECONDS)
    agenda.succeeded("a", 11.0)
    assert agenda.next(10.0 + SETTLE_SECONDS) is None
    assert agenda.next(11.0 + SETTLE_SECONDS) == Errand("a", settles=True)
    agenda.settled("a")
    assert not agenda.expects("a")
    assert agenda.wait(99.0) is None


def test_a_plan_that_is_looked_at_is_expected_until_that_is_over() -> None:
    """Red before: a sweep at that moment took it for one that nobody had announced."""
    agenda = Agenda()
    agenda.sweep(["a", "b"])
    assert agenda.next(0.0) == look("a")
    assert agenda.expects("a")
    agenda.settled("a")
    assert not agenda.expects("a")
    assert agenda.next(0.0) == look("b")
    assert agenda.next(0.0) is None
    assert not agenda.expects("b")


def test_a_plan_that_cannot_be_read_is_tried_again_more_and_more_rarely() -> None:
    agenda = Agenda()
    waits = []
    now = 0.0
    for _ in range(9):
        agenda.failed("a", now)
        wait = agenda.wait(now)
        assert wait is not None
        waits.append(wait)
        now += wait
        assert agenda.next(now) == look("a")
    assert waits == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5, 5])


def test_a_whole_root_that_cannot_be_read_is_tried_again_in_its_order() -> None:
    """Each look for the next one went through all that wait: seconds for 10,000."""
    agenda = Agenda()
    names = [f"plan{number}" for number in range(10_000)]
    for at, name in enumerate(names):
        agenda.failed(name, at / 1_000)
    agenda.poke("plan5", core=False)
    assert agenda.next(0.0) == look("plan5")
    for name in ("plan3", "plan5"):
        agenda.failed(name, 20.0)
    assert agenda.wait(0.0) == pytest.approx(0.1)
    tried = []
    while (errand := agenda.next(99.0)) is not None:
        tried.append(errand.namespace)
    rest = [name for name in names if name not in {"plan3", "plan5"}]
    assert tried == [*rest, "plan3", "plan5"]


def test_a_sweep_does_not_hurry_a_plan_that_waits_for_its_retry() -> None:
    agenda = Agenda()
    agenda.failed("a", 0.0)
    agenda.sweep(["a"])
    assert agenda.next(0.0) is None


def test_a_touch_ends_the_wait_of_a_plan_that_could_not_be_read() -> None:
    agenda = Agenda()
    agenda.failed("a", 0.0)
    agenda.poke("a", core=False)
    assert agenda.next(0.0) == look("a")


def test_only_what_fails_longer_than_a_write_takes_keeps_failing() -> None:
    agenda = Agenda()
    assert not agenda.keeps_failing("a", 5.0)
    agenda.failed("a", 5.0)
    assert not agenda.keeps_failing("a", 5.05)
    assert agenda.keeps_failing("a", 5.11)
    agenda.succeeded("a", 5.2)
    assert not agenda.keeps_failing("a", 9.0)


def test_something_to_do_means_no_wait() -> None:
    agenda = Agenda()
    assert agenda.wait(0.0) is None
    agenda.sweep(["a"])
    assert agenda.wait(0.0) == 0.0


def test_a_sweep_finds_what_changed_appeared_and_vanished() -> None:
    seen = {"same": "1", "changed": "1", "gone": "1"}
    now = {"same": Stamp("1", 1.0), "changed": Stamp("2", 1.0), "new": Stamp("1", 1.0)}
    assert compare(seen, now, at=3.0).changed == ["changed", "new", "gone"]


def test_a_young_file_is_looked_at_again_whatever_its_stat() -> None:
    assert compare({"a": ""}, {"a": Stamp("", 9.0)}, at=10.0).changed == ["a"]


def test_a_change_that_is_old_when_found_should_have_been_announced() -> None:
    now = {"old": Stamp("2", 1.0), "fresh": Stamp("2", 99.0), "young": Stamp("", 1.0)}
    assert compare({}, now, at=100.0).late == ["old"]


def test_waits_never_grow_beyond_five_seconds() -> None:
    assert retry_delay(0) == 0.1
    assert retry_delay(10_000) == 5.0
