"""What peers usually write is read by a quick way; whatever it cannot be sure of, the careful way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.store import json_text
from plans.store.bad_file import BadFile
from plans.store.formats import openclaw
from plans.store.formats.openclaw import Core, CoreStep

SAMPLES = sorted((Path(__file__).parents[1] / "data" / "samples" / "openclaw").rglob("plan.json"))
STEPS = [
    {"step": 'Say "now" \\ é 😀', "status": "completed", "activeForm": "", "updatedBy": "a", "updatedAt": 0},
    {"step": "b", "status": "pending"},
]
FULL = json.dumps({"namespace": "x", "steps": STEPS, "createdAt": 1, "updatedAt": 2}, indent=2).encode()
PIECES = (
    *(
        b'"',
        b"\\",
        b"null",
        b",",
        b":",
        b"{",
        b"}",
        b"[]",
        b"1.5",
        b"-1",
        b"e3",
        b"\xff",
        b"\\ud800",
        b"true",
    ),
    *(b" ", b"NaN", b'"x":1,', b'"step":"z",', b'"status":"pending",', b'"updatedAt":3,', b'""', b""),
)


def read(data: bytes) -> tuple[Core, tuple[str, ...]] | str:
    try:
        return openclaw.parse(data, "x")
    except BadFile as refused:
        return str(refused)


def read_carefully(data: bytes) -> tuple[Core, tuple[str, ...]] | str:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(openclaw, "_usual", lambda *_: None)
        return read(data)


def test_a_usual_file_is_read_the_quick_way() -> None:
    assert openclaw._usual(FULL, "x") is not None


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_every_sample_says_the_same_both_ways(path: Path) -> None:
    assert read(path.read_bytes()) == read_carefully(path.read_bytes())


@given(st.lists(st.tuples(st.integers(0, len(FULL)), st.integers(0, 5), st.sampled_from(PIECES)), max_size=3))
def test_a_file_with_anything_in_it_says_the_same_both_ways(edits: list[tuple[int, int, bytes]]) -> None:
    data = FULL
    for at, length, piece in edits:
        data = data[:at] + piece + data[at + length :]
    assert read(data) == read_carefully(data)


def written_carefully(core: Core) -> bytes:
    """Write what ``JSON.stringify(plan, null, 2)`` gives, half characters as lower-case escapes."""
    steps = [
        {"step": step.text, "status": step.status}
        | ({"activeForm": step.active_form} if step.active_form is not None else {})
        | ({"updatedBy": step.updated_by} if step.updated_by is not None else {})
        | ({"updatedAt": step.updated_at} if step.updated_at is not None else {})
        for step in core.steps
    ]
    whole = {
        "namespace": core.namespace,
        "steps": steps,
        "createdAt": core.created_at,
        "updatedAt": core.updated_at,
    }
    text = json.dumps(whole, ensure_ascii=False, indent=2)
    return json_text.encode(text)


WORDS = st.text(st.characters() | st.sampled_from('\ud800\udfff"\\/\x00\x1f\x7f\u2028[]{},:\n'), min_size=1)


@given(
    st.lists(st.builds(CoreStep, WORDS, st.just("pending"), *[st.none() | WORDS] * 2, st.none() | st.just(0)))
)
def test_what_is_written_is_what_javascript_writes(steps: list[CoreStep]) -> None:
    core = Core("x", tuple(steps), 1, 2)
    assert openclaw.dump(core) == written_carefully(core)


@pytest.mark.parametrize("extra", ['"updatedAt": 3', '"x": 1'])
def test_a_repeated_or_unknown_key_is_not_usual(extra: str) -> None:
    assert openclaw._usual(FULL.replace(b'"updatedAt": 2', f'"updatedAt": 2, {extra}'.encode()), "x") is None
