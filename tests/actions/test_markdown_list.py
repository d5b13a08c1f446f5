"""Markdown lists as plans."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from plans.actions.drafts import StepDraft
from plans.actions.markdown_plan import read_document
from plans.domain.errors import WrongInput
from plans.domain.step import Status
from tests.waiting import SOON


@pytest.mark.parametrize(
    ("line", "title", "status"),
    [
        ("- plain", "plain", UNSET),
        ("* [ ] open", "open", UNSET),
        ("+ [x] done", "done", Status.COMPLETED),
        ("- [X] done", "done", Status.COMPLETED),
        ("- [-] dropped", "dropped", Status.CANCELLED),
        ("12. numbered", "numbered", UNSET),
        ("3) [x] both", "both", Status.COMPLETED),
        ("- [link](x) first", "[link](x) first", UNSET),
        ("   - indented", "indented", UNSET),
    ],
)
def test_an_item_is_a_step(line: str, title: str, status: object) -> None:
    (step,) = read_document(line).plan.steps
    assert (step.title, step.status) == (title, status)


def test_headings_are_phases_and_the_first_alone_is_the_title() -> None:
    plan = read_document("# Title\n- a\n## One #\n- b\n##\n- c\n#hash\n- d").plan
    assert plan.title == "Title"
    assert [(step.title, step.phase) for step in plan.steps] == [
        ("a", ""),
        ("b", "One"),
        ("c", ""),
        ("d", ""),
    ]


def test_several_headings_of_the_first_level_are_phases() -> None:
    plan = read_document("# One\n- a\n# Two\n- b").plan
    assert plan.title is None
    assert [step.phase for step in plan.steps] == ["One", "Two"]


def test_a_list_without_phases_says_nothing_of_them() -> None:
    assert read_document("- a").plan.steps == (StepDraft(title="a"),)


def test_text_between_the_lists_is_passed_over() -> None:
    plan = read_document("Intro\n\n- a\n\nBetween\n  - b\n").plan
    assert [step.title for step in plan.steps] == ["a", "b"]


@pytest.mark.parametrize(
    "code",
    [
        "```\n- no step\n# no heading\n```",
        "~~~~ sh\n- no step\n~~~\n## no heading\n~~~~~  ",
        "```py\n   - no step\n   ```",
    ],
)
def test_a_list_in_fenced_code_is_no_list(code: str) -> None:
    """Red before: its items became steps, and its headings phases."""
    read = read_document(f"{code}\n# T\n{code}\n- a\n{code}\n- b")
    assert read.plan.title == "T"
    assert read.plan.steps == (StepDraft(title="a"), StepDraft(title="b"))
    assert [line for _, line in read.lost] == [line.rstrip() for line in code.split("\n")] * 3


def test_code_below_an_item_is_its_note_and_opens_nothing() -> None:
    """A note may hold half a fence; the steps behind it must not go."""
    text = "- a\n  ```\n  - b\n\n# T\n- c\n  ```\n- ```d```\n```e``` f\n- g"
    steps = read_document(text).plan.steps
    assert [(step.title, step.notes) for step in steps] == [
        ("a", "```\n- b"),
        ("c", "```"),
        ("```d```", UNSET),
        ("g", UNSET),
    ]


def test_a_list_that_stands_in_code_alone_is_refused() -> None:
    with pytest.raises(WrongInput, match="no list") as refused:
        read_document("```\n- a\n```")
    assert "outside of code" in refused.value.advice


@pytest.mark.parametrize("text", ["", "only words", "# only a heading", "-no space", "- ", "1234567890. x"])
def test_a_text_without_a_list_is_refused(text: str) -> None:
    with pytest.raises(WrongInput, match="no list"):
        read_document(text)


@given(st.text("-*#1.) []x\n\t a", max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        plan = read_document(text).plan
    except WrongInput:
        return
    assert all(step.title for step in plan.steps)


@pytest.mark.parametrize(
    "line",
    [
        "# " + " " * 60_000 + "x",
        "-" + " " * 60_000,
        "- [x] " + "\t " * 30_000 + "y",
        "`" * 60_000 + "a`",
        ("`" * 300 + "a`\n") * 200,
    ],
)
def test_long_lines_take_no_long_time(line: str) -> None:
    started = time.thread_time()
    read_document(f"- a\n{line}\n- b")
    assert time.thread_time() - started < SOON
