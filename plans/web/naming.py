"""Which name a new plan may have, and why it could not have it, in a person's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plans.domain.errors import PlanError, Refusal, WrongInput
from plans.security.roles import NotAllowed, Role, check_may
from plans.security.text import clean_line

if TYPE_CHECKING:
    from plans.security.person import BoardRequest


class NameNotAllowed(PlanError):
    """A plan of this name is not for the person to make; the form that names it stays."""

    refusal = Refusal.FORBIDDEN
    code = "name_not_allowed"
    advice = "Choose a name that you may use; whoever manages this board can allow others."


def check_name(request: BoardRequest, namespace: str) -> None:
    """Raise NameNotAllowed for a plan that the person could not change."""
    try:
        check_may(request.user, Role.OPERATOR, [namespace])
    except NotAllowed as error:
        raise NameNotAllowed(clean_line(str(error))) from error


def why_not(namespace: str, error: PlanError) -> str:
    """Say it to a person: the store refuses a name in the peers' words, with their pattern."""
    if isinstance(error, WrongInput) and "namespace" in error.message:
        return f"“{namespace}” cannot be a plan's name. {error.advice}"
    return f"{error.message}. {error.advice}"
