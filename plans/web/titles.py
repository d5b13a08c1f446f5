"""Titles of plans and steps as pages show them: cleaned, and never empty."""

from __future__ import annotations

from typing import Final

from plans.security.text import clean_line

UNTITLED_PLAN: Final = "Untitled plan"
UNTITLED_STEP: Final = "Untitled step"


def plan_title(written: str) -> str:
    """Give a plan's title to print."""
    return clean_line(written).strip() or UNTITLED_PLAN


def step_title(written: str) -> str:
    """Give a step's title to print."""
    return clean_line(written).strip() or UNTITLED_STEP
