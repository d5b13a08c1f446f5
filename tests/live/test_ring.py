"""What a page that was away gets: all of it or nothing."""

from plans.live.ring import Entry, Ring, numbers


def entry(before: int, rev: int, *changed: int, at: float = 0.0) -> Entry:
    return Entry(before, rev, at, frozenset(changed))


def test_everything_since_a_revision_comes_oldest_first() -> None:
    ring = Ring()
    for rev in range(1, 6):
        ring.add(entry(rev - 1, rev, rev))
    found = ring.since(2)
    assert found is not None
    assert [item.rev for item in found] == [3, 4, 5]
    assert numbers(found) == {3, 4, 5}


def test_of_a_revision_within_a_merged_entry_nobody_can_say_what_changed_since() -> None:
    ring = Ring()
    ring.add(entry(4, 9, 1, 2))
    ring.add(entry(9, 10, 3))
    assert ring.since(6) is None
    assert numbers(ring.since(4) or []) == {1, 2, 3}


def test_what_is_too_long_ago_is_not_told_in_part() -> None:
    ring = Ring()
    ring.add(entry(7, 8, 1))
    assert ring.since(6) is None
    assert Ring().since(0) is None


def test_only_a_thousand_revisions_are_kept() -> None:
    ring = Ring()
    for rev in range(1, 1_502):
        ring.add(entry(rev - 1, rev, 1))
    assert ring.since(500) is None
    assert len(ring.since(501) or []) == 1_000


def test_only_ten_minutes_are_kept() -> None:
    ring = Ring()
    ring.add(entry(0, 1, 1, at=0.0))
    ring.add(entry(1, 2, 1, at=601.0))
    assert ring.since(0) is None
    assert len(ring.since(1) or []) == 1


def test_a_jump_over_more_than_the_ring_holds_is_forgotten_at_once() -> None:
    ring = Ring()
    ring.add(entry(0, 5_000, 1))
    assert ring.since(0) is None
