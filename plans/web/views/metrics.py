"""The figures of this process for a monitoring program, which shows a token that was made for that."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Final

from asgiref.sync import sync_to_async
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plans.actions import wire
from plans.actions.refusals import status_of
from plans.django_wiring import granted
from plans.domain.errors import PlanError
from plans.security.tokens import METRICS, BeyondToken
from plans.web.health import parts

if TYPE_CHECKING:
    from django.http import HttpRequest

_BEARER: Final = "bearer"


@never_cache
@require_safe
async def metrics(request: HttpRequest) -> HttpResponse:
    """Write every figure in the format that was asked for: Prometheus' text, or OpenMetrics."""
    try:
        await sync_to_async(_check)(request.headers.get("Authorization", ""))
    except PlanError as refused:
        return _refused(refused)
    health = await parts()
    # Beside the loop: what writes figures takes long to load, and boards are live meanwhile.
    page = await asyncio.to_thread(import_module, "plans.web.metrics_page")
    text, kind = page.written(request.headers.get("Accept", ""), health=health)
    return HttpResponse(text, content_type=kind)


def _check(header: str) -> None:
    kind, _, token = header.partition(" ")
    grant = granted(token.strip() if kind.lower() == _BEARER else "")
    if METRICS not in grant.verbs:
        message = "This token is not for figures"
        raise BeyondToken(message)


def _refused(refused: PlanError) -> HttpResponse:
    answer = JsonResponse(wire.refusal_json(refused), status=status_of(refused))
    if answer.status_code == 401:  # noqa: PLR2004 - RFC 9110, 15.5.2
        answer["WWW-Authenticate"] = "Bearer"
    return answer
