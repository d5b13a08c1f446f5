"""Every refusal as an answer: the error's own words, and its number from the one table."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from ninja.errors import AuthenticationError, HttpError, ValidationError

from plans.actions import wire
from plans.actions.refusals import retry_after, status_of
from plans.agents.http_api.answers import JSON, answered
from plans.agents.http_api.desk import desk
from plans.domain.errors import PlanError, Refusal, StorageFailed, WrongInput
from plans.domain.expected import StaleRevision
from plans.security.refusals import Broken, echo, json_body
from plans.security.text import clean_line
from plans.security.tokens import TokenRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpRequest
    from ninja import NinjaAPI

    from plans.actions.wire import Json

logger = logging.getLogger(__name__)
_MOST_FAULTS: Final = 20


class NotValid(WrongInput):
    """What was sent is not what the route takes."""

    advice = "Correct these values; the document at /api/v1/docs says what each may be."

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        """``faults`` are (where, what is wrong)."""
        where, what = faults[0] if faults else ("The request", "it cannot be read")
        more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
        super().__init__(f"{where}: {clean_line(what)}{more}")
        self.faults = tuple(faults[:_MOST_FAULTS])

    def facts(self) -> dict[str, object]:
        """Name every fault by its place."""
        return {"faults": [{"where": where, "problem": problem} for where, problem in self.faults]}


class NoSuchAddress(PlanError):
    """The API has nothing at this address."""

    refusal = Refusal.NOT_FOUND
    code = "no_such_address"
    advice = "The document at /api/v1/docs lists the addresses."

    def __init__(self, path: str) -> None:
        super().__init__(f"There is nothing at {echo(path)}")


class NoSuchMethod(PlanError):
    """The address has no such method."""

    code = "no_such_method"
    advice = "Use one of the methods in the Allow header."

    def __init__(self, method: str) -> None:
        super().__init__(f"{echo(method)} is not for this address")


def refusals_answered(api: NinjaAPI) -> None:
    """Let an API answer every error in the form of all doors."""
    answers: tuple[tuple[type[Exception], Callable[..., HttpResponse]], ...] = (
        (PlanError, refused),
        (ValidationError, _not_valid),
        (AuthenticationError, _stranger),
        (HttpError, _unreadable),
        (OSError, _system),
        (Exception, broken),
    )
    for kind, answer in answers:
        api.add_exception_handler(kind, answer)


def refused(request: HttpRequest, error: PlanError) -> HttpResponse:
    """Answer a refusal; a stale caller is shown what there is now."""
    value = wire.refusal_json(error)
    if isinstance(error, StaleRevision):
        value |= {name: fact for name, fact in error.facts().items() if name != "step"}
        value["current"] = _current(request, error)
    answer = answered(value, status=status_of(error))
    seconds = retry_after(error)
    if seconds is not None:
        answer["Retry-After"] = str(seconds)
    if error.refusal is Refusal.STRANGER:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer what nobody expected; the log has the rest."""
    logger.error("The API failed on %s %s", request.method, echo(request.path), exc_info=error)
    _, body = json_body(Broken())
    return HttpResponse(body, status=Broken.status, content_type=JSON)


def _current(request: HttpRequest, stale: StaleRevision) -> Json | None:
    """Show the step as it is now, or the plan without its steps; None where it cannot be read."""
    where: Mapping[str, object] = request.resolver_match.kwargs if request.resolver_match else {}
    with suppress(PlanError):
        plan = desk().store.read(str(where.get("namespace", ""))).plan
        return wire.summary_json(plan) if stale.step is None else wire.step_json(plan, stale.step)
    return None


def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [(_place(fault.get("loc", ())), str(fault.get("msg", ""))) for fault in error.errors]
    return refused(request, NotValid(faults))


def _place(loc: Sequence[object]) -> str:
    """Write where a fault is, as body.steps.3.title; pydantic's own steps in between say nothing."""
    kind, *names = [str(part) for part in loc] or ["request"]
    return ".".join([kind, *names[1:]] if kind == "body" else [kind, *names])


def _stranger(request: HttpRequest, _: AuthenticationError) -> HttpResponse:
    return refused(request, TokenRefused(sent=False))


def _unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer a body that is no JSON: ninja wraps what our parser said."""
    cause = error.__cause__
    return refused(request, cause if isinstance(cause, PlanError) else WrongInput(error.message))


def _system(request: HttpRequest, error: OSError) -> HttpResponse:
    return refused(request, StorageFailed(f"The system refused: {error}"))
