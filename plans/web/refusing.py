"""How a change that was not made is answered: what happened, what to do, and everything that was typed."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Final, NamedTuple

from django.shortcuts import render

from plans.actions.refusals import retry_after, status_of
from plans.domain.errors import PlanError
from plans.web.addresses import PLANS
from plans.web.forms import typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from plans.security.person import BoardRequest, View

_NOT_THERE: Final = {
    "plan_not_found": (
        "There is no such plan",
        "It may have been renamed or deleted. Deleted plans stay in the trash of the plan folder.",
    ),
    "step_not_found": (
        "",
        "It may have been removed from the plan; numbers are never used again.",
    ),
}
"""What a person is told of what is not there; the errors speak to a terminal."""


class Said(NamedTuple):
    """A refusal in a person's words."""

    message: str
    advice: str


def refusals_shown[**P](view: View[P]) -> View[P]:
    """Make a page answer a refusal, such as a plan that is not there, with what to do."""

    @wraps(view)
    def answered(request: BoardRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except PlanError as error:
            return refused(request, error, back=PLANS)

    return answered


def refused(
    request: BoardRequest,
    error: PlanError,
    *,
    back: str,
    fields: Mapping[str, str] | None = None,
    field: str = "",
    unlock: str = "",
) -> HttpResponse:
    """Say what happened and what to do, with what was typed to copy. The form on the page stays.

    ``field`` is the one that is wrong, if it is one. ``unlock`` is where a lock that a dead program left is
    removed, if that is what stands in the way.
    """
    template = "plans/answers/_refused.html" if request.htmx else "plans/refused.html"
    lost = [(name, text) for name, text in typed(fields or {}) if text.strip()]
    said = for_people(error)
    context = {
        "refused": said,
        "message": said.message,
        "advice": said.advice,
        "status": status_of(error),
        "back": back,
        "plans_url": PLANS,
        "typed": lost,
        "field": field,
        "unlock": unlock,
    }
    return with_retry(render(request, template, context, status=status_of(error)), error)


def for_people(error: PlanError) -> Said:
    """Say a refusal to somebody who sits at a page."""
    message, advice = _NOT_THERE.get(error.code, ("", error.advice))
    return Said(message or error.message, advice)


def with_retry(answer: HttpResponse, error: PlanError) -> HttpResponse:
    """Say when to try again, where waiting helps."""
    seconds = retry_after(error)
    if seconds is not None:
        answer["Retry-After"] = str(seconds)
    return answer
