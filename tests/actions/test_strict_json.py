"""What callers may send as JSON, and that every refusal is a sentence."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.actions.strict_json import LIMIT, check_value, read_json
from plans.actions.wire import encoded, plan_draft
from plans.domain.errors import PlanError, TooLarge, WrongInput
from tests.waiting import SOON

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_python_writes_is_read_as_it_was_meant(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(VALUES)
def test_what_is_written_is_read_back_and_safe_to_print(value: object) -> None:
    text = encoded(value)

    assert read_json(text.encode()) == value
    assert text.isascii() or not any("\x7f" <= c <= "\x9f" or "\u202a" <= c <= "\u202e" for c in text)
    assert "\x1b" not in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "line 1, column 1"),
        (b'{"a": 1,\n "b" 2}', "line 2, column 6"),
        (b'{"a":1,"b":{"x":1,"x":2}}', "'x' appears twice"),
        (b"[NaN]", "NaN is not a JSON number"),
        (b"[-Infinity]", "-Infinity is not"),
        (b"[1e999]", "1e999 is too large"),
        (b'["\\ud800"]', "half a character"),
        (b'{"\\udfff":1}', "half a character"),
        (b"[] []", "Extra data"),
        (b"\xef\xbb\xbf[]", "byte order mark"),
        (b'["\xff"]', "byte 2 is not UTF-8"),
        (b"[18446744073709551616]", "more than 64 bits"),
        (b"[" + b"9" * 5000 + b"]", "integer"),
        (b"[01]", "line 1"),
        (b"['a']", "line 1"),
        (b'["a\nb"]', "control character"),
        (b"[1,]", "line 1"),
    ],
)
def test_json_that_could_mean_two_things_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(WrongInput, match="The JSON cannot be read") as refused:
        read_json(data)
    assert says in refused.value.message


MANY_NAMES = ",".join(f'"{number}":1' for number in (*range(60_000), 59_999))


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 42 + b"]" * 42,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'"' + b"x" * LIMIT + b'"',
        f"{{{MANY_NAMES}}}".encode(),
    ],
    ids=["deep", "deeper", "deep-objects", "long", "twice-among-many"],
)
def test_what_is_too_deep_or_too_long_is_refused_at_once(data: bytes) -> None:
    started = time.thread_time()
    with pytest.raises((TooLarge, WrongInput)):
        read_json(data)
    assert time.thread_time() - started < SOON


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_json(data)
    except PlanError as refused:
        assert refused.message  # noqa: PT017 - both ends are right


@given(VALUES)
def test_any_json_is_a_plan_or_refused(value: object) -> None:
    try:
        draft = plan_draft(value)
    except WrongInput as refused:
        assert refused.advice  # noqa: PT017
    else:
        assert isinstance(draft.steps, tuple)


def test_half_characters_of_a_peer_are_written_as_replacement_characters() -> None:
    assert json.loads(encoded({"a\ud800": ["\udfff", 1]})) == {"a\ufffd": ["\ufffd", 1]}


def test_hidden_characters_are_escaped_and_mean_the_same() -> None:
    nasty = "a\u202eb\u200bc\x9b31m\x7f\U000e0041d"
    text = encoded([nasty])
    assert text.isascii()
    assert json.loads(text) == [nasty]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"a": [float("nan")]}, "nan is not a JSON number"),
        ([2**64], "more than 64 bits"),
        ({"cut \ud83d": 1}, "What was sent cannot be read"),
    ],
)
def test_a_document_that_somebody_else_read_is_held_to_the_same_rules(value: object, said: str) -> None:
    with pytest.raises(WrongInput, match=said):
        check_value(value, what="What was sent")


def test_such_a_document_is_not_nested_too_deeply_either() -> None:
    deep: object = 1
    for _ in range(200):
        deep = [deep]
    with pytest.raises(TooLarge, match="nested too deeply"):
        check_value(deep, what="What was sent")
    check_value({"a": [1, 2.5, None, "text"]}, what="What was sent")
