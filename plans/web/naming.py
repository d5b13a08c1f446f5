"""Why a new plan could not have its name, in a person's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.errors import WrongInput

if TYPE_CHECKING:
    from plans.domain.errors import PlanError


def why_not(namespace: str, error: PlanError) -> str:
    """Say it to a person: the store refuses a name in the peers' words, with their pattern."""
    if isinstance(error, WrongInput) and "namespace" in error.message:
        return f"“{namespace}” cannot be a plan's name. {error.advice}"
    return f"{error.message}. {error.advice}"
