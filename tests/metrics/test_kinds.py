from concurrent.futures import ThreadPoolExecutor

from plans.domain import happening
from plans.metrics import figures
from plans.metrics.kinds import Counter, Gauge, Histogram


def count(counter: Counter) -> None:
    for _ in range(1_000):
        counter.add("a")


def test_nothing_that_several_threads_count_is_lost() -> None:
    counter = Counter("c", "", labels=("word",))

    with ThreadPoolExecutor(8) as threads:
        for _ in range(8):
            threads.submit(count, counter)

    assert counter.read() == {("a",): 8_000}


def test_a_counter_without_words_begins_at_nought() -> None:
    counter = Counter("c", "")
    assert counter.read() == {(): 0}

    counter.add(number=3)

    assert counter.total == 3


def test_a_gauge_asks_whoever_was_named_last() -> None:
    gauge = Gauge("g", "", label="kind")
    gauge.follow(lambda: 1, word="a")
    gauge.follow(lambda: 2, word="a")
    gauge.follow(lambda: 3, word="b")

    assert gauge.read() == {"a": 2, "b": 3}


def test_a_histogram_counts_each_time_once_in_the_bucket_that_bounds_it() -> None:
    histogram = Histogram("h", "", bounds=(0.1, 1.0))

    for seconds in (0.05, 0.1, 0.5, 7.0, -2.0):
        histogram.observe(seconds)

    seen = histogram.read()
    assert seen.counts == (3, 1, 1)
    assert seen.total == 7.65


def test_every_verb_that_makes_a_revision_is_a_series_of_its_own() -> None:
    verbs = {verb for sort in happening.VERBS.values() for verb in sort}
    assert verbs - figures.VERBS == set()


def test_words_from_a_journal_cannot_make_new_series() -> None:
    assert figures.known_verb("claim") == "claim"
    assert figures.known_verb("x" * 1_000) == "other"
    assert [figures.kind_of(by) for by in ("session:a:b", "person:ana", "file", "robot:x")] == [
        "session",
        "person",
        "file",
        "other",
    ]
