"""Markdown lists as plans."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from plans.actions.drafts import StepDraft
from plans.actions.markdown_list import read_markdown, write_markdown
from plans.actions.writing import filled
from plans.domain.actor import person
from plans.domain.errors import WrongInput
from plans.domain.plan import Plan
from plans.domain.step import Status
from tests.waiting import SOON

WORDS = st.text("abc #-*[]x.1()`", min_size=1, max_size=12).map(lambda text: " ".join(text.split()) or "a")
PLAIN = WORDS.filter(lambda text: not text.startswith(("[x] ", "[X] ", "[ ] ", "[-] ")))
NOTES = st.lists(st.one_of(st.just(""), WORDS, WORDS.map("  ".__add__)), max_size=4).map("\n".join)


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
    (step,) = read_markdown(line).steps
    assert (step.title, step.status) == (title, status)


def test_headings_are_phases_and_the_first_alone_is_the_title() -> None:
    plan = read_markdown("# Title\n- a\n## One #\n- b\n##\n- c\n#hash\n- d")
    assert plan.title == "Title"
    assert [(step.title, step.phase) for step in plan.steps] == [
        ("a", ""),
        ("b", "One"),
        ("c", ""),
        ("d", ""),
    ]


def test_several_headings_of_the_first_level_are_phases() -> None:
    plan = read_markdown("# One\n- a\n# Two\n- b")
    assert plan.title is None
    assert [step.phase for step in plan.steps] == ["One", "Two"]


def test_a_list_without_phases_says_nothing_of_them() -> None:
    assert read_markdown("- a").steps == (StepDraft(title="a"),)


def test_text_between_the_lists_is_passed_over() -> None:
    plan = read_markdown("Intro\n\n- a\n\nBetween\n  - b\n")
    assert [step.title for step in plan.steps] == ["a", "b"]


@pytest.mark.parametrize("text", ["", "only words", "# only a heading", "-no space", "- ", "1234567890. x"])
def test_a_text_without_a_list_is_refused(text: str) -> None:
    with pytest.raises(WrongInput, match="no list"):
        read_markdown(text)


@given(st.lists(st.tuples(PLAIN, NOTES, st.sampled_from(["", "One", "Two"])), min_size=1, max_size=6))
def test_a_written_list_is_read_back_the_same(items: list[tuple[str, str, str]]) -> None:
    drafts = [StepDraft(title=title, notes=notes.strip("\n"), phase=phase) for title, notes, phase in items]
    plan = filled(Plan(namespace="p", epoch="e", title="T"), drafts, by=person("ada"), at=1)

    back = read_markdown(write_markdown(plan))

    assert back.title == "T"
    assert [step.title for step in back.steps] == [step.title for step in plan.steps]
    assert [step.phase or "" for step in back.steps] == [step.phase for step in plan.steps]


@given(st.text("-*#1.) []x\n\t a", max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        plan = read_markdown(text)
    except WrongInput:
        return
    assert all(step.title for step in plan.steps)


@pytest.mark.parametrize(
    "line", ["# " + " " * 60_000 + "x", "-" + " " * 60_000, "- [x] " + "\t " * 30_000 + "y"]
)
def test_long_lines_take_no_long_time(line: str) -> None:
    started = time.thread_time()
    read_markdown(f"- a\n{line}\n- b")
    assert time.thread_time() - started < SOON
