"""Whether the board is alive, for whatever restarts it or asks it before sending people there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from django.db import DatabaseError
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from plans.security.roles import Role, may
from plans.web.health import WELL, parts

if TYPE_CHECKING:
    from django.http import HttpRequest


@never_cache
@require_safe
async def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 only when the worker, the database and the channel layer do.

    Anybody may ask whether all is well; what is not is for who runs the board.
    """
    found = await parts()
    well = all(said == WELL for said in found.values())
    shown = found if await sync_to_async(_runs_the_board)(request) else {}
    return JsonResponse({"status": "ok" if well else "failing", **shown}, status=200 if well else 503)


def _runs_the_board(request: HttpRequest) -> bool:
    try:
        return may(request.user, Role.ADMIN)
    except DatabaseError:
        return False
