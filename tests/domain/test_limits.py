"""How large things may be at our own doors."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.domain.errors import TooLarge, WrongInput
from plans.domain.limits import (
    COMMENTS,
    COMMENTS_BYTES,
    DEPTH,
    EXTRA_BYTES,
    KEY_BYTES,
    LABEL_BYTES,
    NOTES_BYTES,
    STEPS,
    TITLE_BYTES,
    as_ours,
    check_extra,
    check_extras,
    check_key,
    check_label,
    check_notes,
    check_room,
    check_talk,
    check_title,
)


def label(text: str) -> str:
    return check_label(text, "phase")


@pytest.mark.parametrize(
    ("check", "limit"), [(check_title, TITLE_BYTES), (check_notes, NOTES_BYTES), (label, LABEL_BYTES)]
)
class TestTexts:
    def test_exactly_the_limit_fits(self, check: Callable[[str], str], limit: int) -> None:
        assert check("x" * limit) == "x" * limit

    def test_bytes_count_not_characters(self, check: Callable[[str], str], limit: int) -> None:
        with pytest.raises(TooLarge, match=f"{limit + 2:,} bytes; {limit:,} is the most"):
            check("ü" * (limit // 2 + 1))

    def test_half_a_character_is_refused(self, check: Callable[[str], str], limit: int) -> None:
        assert limit
        with pytest.raises(WrongInput, match="half a character"):
            check("a\udc80")


@pytest.mark.parametrize("control", ["\0", "\x1b[31m", "\x07", "\x7f", "\x9b31m"])
@pytest.mark.parametrize("check", [check_title, label])
def test_a_line_has_no_controls(check: Callable[[str], str], control: str) -> None:
    with pytest.raises(WrongInput, match=f"contains the control character U\\+00{ord(control[0]):02X}"):
        check(f"a{control}b")
    with pytest.raises(WrongInput):
        check(control)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_titles_and_labels_are_one_line_and_stay_so(text: str) -> None:
    assert label(label(text)) == label(text)
    assert len(label(text).splitlines()) <= 1
    if text.split():
        assert check_title(text) == label(text)


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_a_title_says_something(text: str) -> None:
    with pytest.raises(WrongInput, match="The title is empty") as refused:
        check_title(text)
    assert "what the step is about" in refused.value.advice


@given(st.text(st.characters() | st.sampled_from("\x00 \ud800ü"), max_size=40), st.integers(4, 60))
def test_a_line_of_a_peer_becomes_one_that_we_may_write(text: str, limit: int) -> None:
    ours = as_ours(text, limit)
    assert check_title(ours) == ours
    assert len(ours.encode()) <= limit


@pytest.mark.parametrize(
    ("text", "ours"), [("a\x00b\n c", "a b c"), ("", "…"), ("abcdefgh", "abcdefgh"), ("abcde üüü", "abcde…")]
)
def test_a_line_of_a_peer_is_cut_between_characters(text: str, ours: str) -> None:
    assert as_ours(text, 9) == ours


def test_notes_keep_their_lines() -> None:
    assert check_notes("a\r\n\r\n  b\n") == "a\n\n  b\n"


@pytest.mark.parametrize(
    "wrap", [lambda inner: [inner], lambda inner: {"k": inner}], ids=["lists", "objects"]
)
def test_extra_values_are_at_most_32_deep(wrap: Callable[[object], object]) -> None:
    value: object = 1
    for _ in range(DEPTH):
        value = wrap(value)
    check_extra(value)
    with pytest.raises(TooLarge, match="deeper than 32 levels"):
        check_extra(wrap(value))


@pytest.mark.parametrize("value", ["\ud800", ["a", {"b": "\udfff"}], {"\ud800": 1}])
def test_extra_values_hold_whole_characters(value: object) -> None:
    with pytest.raises(WrongInput, match="The extra value contains half a character"):
        check_extra(value)


@pytest.mark.parametrize("key", ["k", "a b-ü", "x" * KEY_BYTES])
def test_a_key_is_a_short_printable_text(key: str) -> None:
    assert check_key(key) == key


@pytest.mark.parametrize("key", ["", "a\nb", "\ud800", "x" * (KEY_BYTES + 1)])
def test_any_other_key_is_refused(key: str) -> None:
    with pytest.raises(WrongInput):
        check_key(key)


def test_a_plan_is_full_at_its_limit() -> None:
    check_room(STEPS)
    with pytest.raises(TooLarge) as refused:
        check_room(STEPS + 1)
    assert refused.value.advice == "Start another plan."


class TestExtraValuesTogether:
    EMPTY = len('{"a":""}')

    def test_exactly_the_limit_fits_in_bytes(self) -> None:
        check_extras({"a": "x" * (EXTRA_BYTES - self.EMPTY)}, before={})
        with pytest.raises(TooLarge, match="have 262,145 bytes together; 262,144 is the most"):
            check_extras({"a": "ü" * ((EXTRA_BYTES - self.EMPTY + 1) // 2) + "x"}, before={})

    def test_what_is_too_large_already_may_be_made_smaller(self) -> None:
        large = {"a": "x" * EXTRA_BYTES, "b": "\ud800"}
        check_extras({"a": "x" * EXTRA_BYTES}, before=large)
        with pytest.raises(TooLarge):
            check_extras(large | {"c": 1}, before=large)


def test_comments_come_to_an_end_by_number_and_by_bytes() -> None:
    check_talk(["x"] * COMMENTS)
    check_talk(["x" * COMMENTS_BYTES])
    for texts in (["x"] * (COMMENTS + 1), ["ü" * (COMMENTS_BYTES // 2), "x"]):
        with pytest.raises(TooLarge, match=f"has {len(texts) - 1:,} comments; 1,000, or 262,144 bytes"):
            check_talk(texts)
