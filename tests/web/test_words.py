import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.web.words import Span, compare
from tests.waiting import SOON

TEXTS = st.text(alphabet="ab \n", max_size=30)


def test_the_words_that_differ_are_marked_as_one_piece() -> None:
    theirs, yours = compare("Alert on lag above 5 s", "Alert on lag above 2 s, page after 10 s")

    assert theirs[0] == Span("Alert on lag above ", changed=False)
    assert yours[1] == Span("2 s, page after 10", changed=True)


def test_equal_texts_have_no_mark() -> None:
    assert compare("same words", "same words") == ((Span("same words", changed=False),),) * 2


def test_an_empty_text_has_no_span() -> None:
    assert compare("", "new") == ((), (Span("new", changed=True),))


def test_texts_too_long_to_compare_count_as_changed_as_a_whole() -> None:
    long, other = "one " * 3_000, "two " * 3_000

    theirs, _ = compare(f"start {long}end", f"start {other}end")

    assert [span.changed for span in theirs] == [False, True, False]


@given(TEXTS, TEXTS)
def test_no_character_is_lost(left: str, right: str) -> None:
    marked_left, marked_right = compare(left, right)

    assert "".join(span.text for span in marked_left) == left
    assert "".join(span.text for span in marked_right) == right


@pytest.mark.parametrize("between", [" ", " the "])
def test_texts_that_share_what_stands_between_their_words_are_compared_at_once(between: str) -> None:
    """Red where every space begins a common piece: an agent writes two such notes, and a person waits."""
    count = 990 if between == " " else 495
    left, right = (between.join(f"{side}{n}" for n in range(count)) for side in "ab")
    started = time.process_time()
    theirs, yours = compare(left, right)
    assert time.process_time() - started < SOON
    assert ("".join(span.text for span in theirs), "".join(span.text for span in yours)) == (left, right)


def test_words_that_stand_everywhere_are_part_of_what_they_touch() -> None:
    told = " ".join(f"the {n}" for n in range(300))
    theirs, yours = compare(f"start {told} end", f"begin {told} close")
    common = f"{told.removeprefix('the')} "
    assert [span.text for span in theirs if not span.changed] == [common]
    assert [span.text for span in yours if not span.changed] == [common]
