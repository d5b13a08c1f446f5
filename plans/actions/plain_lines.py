"""A text without a list: one step a line, and a blank line starts a new wave."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from plans.actions.drafts import PlanDraft, StepDraft
from plans.actions.markdown_plan import Document
from plans.domain.errors import TooLarge, WrongInput

if TYPE_CHECKING:
    from collections.abc import Sequence

EDGES: Final = 20_000
"""Needs that blank lines may make: each step of a block needs each of the block before."""


def read_plain(text: str) -> Document:
    """Read one step a line; the steps of a wave need all of the one before. Raises WrongInput, TooLarge."""
    waves: list[list[tuple[int, str]]] = [[]]
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            waves[-1].append((number, line.strip()))
        elif waves[-1]:
            waves.append([])
    waves = [wave for wave in waves if wave]
    if not waves:
        message = "There is nothing in this text"
        raise WrongInput(message, advice="Write one step a line.")
    _check_edges([len(wave) for wave in waves])
    return Document(_waved(waves), tuple(number for wave in waves for number, _ in wave))


def _waved(waves: Sequence[Sequence[tuple[int, str]]]) -> PlanDraft:
    steps: list[StepDraft] = []
    before: tuple[int, ...] = ()
    for wave in waves:
        numbers = tuple(range(len(steps) + 1, len(steps) + 1 + len(wave)))
        steps += [StepDraft(title=title, needs=before) for _, title in wave]
        before = numbers
    return PlanDraft(steps=tuple(steps))


def _check_edges(sizes: Sequence[int]) -> None:
    if sum(one * other for one, other in pairwise(sizes)) > EDGES:
        message = "The blocks between the blank lines are too long to wait for each other step by step"
        raise TooLarge(message, advice="Write headings instead of blank lines: they become phases.")
