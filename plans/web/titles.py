"""Titles of plans and steps as pages show them: cleaned, and never empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from plans.security.text import clean_line

if TYPE_CHECKING:
    from plans.domain.plan import Plan

UNTITLED_PLAN: Final = "Untitled plan"
UNTITLED_STEP: Final = "Untitled step"
REMOVED_STEP: Final = "Removed step"


def plan_title(written: str) -> str:
    """Give a plan's title to print."""
    return clean_line(written).strip() or UNTITLED_PLAN


def step_title(written: str) -> str:
    """Give a step's title to print."""
    return clean_line(written).strip() or UNTITLED_STEP


def says_untitled(word: str) -> bool:
    """Tell whether a word, in whatever case, is one of those that stand for an empty title."""
    return word.casefold() in f"{UNTITLED_PLAN} {UNTITLED_STEP}".casefold()


def title_in(plan: Plan, number: int) -> str:
    """Give the title of one of a plan's steps to print, also where the step was removed."""
    return step_title(plan.step(number).title) if plan.has_step(number) else REMOVED_STEP
