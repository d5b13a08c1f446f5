"""Server-sent events of one plan, for as long as the client stays, its token works and the server runs."""

from __future__ import annotations

from asyncio import to_thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from channels.db import database_sync_to_async
from django.http import StreamingHttpResponse

from plans.actions import wire
from plans.agents.http_api.asking import session_named, token_works
from plans.agents.http_api.desk import desk
from plans.agents.http_api.following import following
from plans.agents.http_api.threads import give_thread_back
from plans.domain.errors import PlanNotFound, WrongInput
from plans.security.rates import WAITS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from django.http import HttpRequest

    from plans.domain.plan import Plan
    from plans.domain.revision import Line
    from plans.security.tokens import Grant

STREAM: Final = "text/event-stream"
ALIVE_EVERY: Final = 15.0
"""Seconds between two signs of life where nothing happens; proxies cut what is silent for long."""
TRUSTED_FOR: Final = 1.0
"""Seconds for which a token that worked is not looked up again before news is told."""
_ALIVE: Final = ": alive\n\n"
_BEGIN: Final = "retry: 2000\n\n"
_RESET: Final = "event: reset\ndata: {}\n\n"
_GONE: Final = "event: gone\ndata: {}\n\n"
_AT_ONCE: Final = 200
"""Revisions that are written in one go."""


async def streamed(
    request: HttpRequest,
    grant: Grant,
    namespace: str,
    *,
    after: int,
    shown: Callable[[Line], wire.Json],
) -> StreamingHttpResponse:
    """Answer with a stream. Raises PlanNotFound, WrongInput, TooManyWaits before it begins."""
    since = _last_event(request, after)
    plan = (await to_thread(desk().store.read, namespace)).plan
    WAITS.check(grant.number, session_named(request))
    begin = _BEGIN
    if since > plan.revision:  # of a plan that had this name before
        since, begin = 0, _BEGIN + _RESET
    events = _events(request, grant, plan, since=since, begin=begin, shown=shown)
    answer = StreamingHttpResponse(events, content_type=STREAM)
    answer["X-Accel-Buffering"] = "no"
    return answer


async def _events(
    request: HttpRequest,
    grant: Grant,
    plan: Plan,
    *,
    since: int,
    begin: str,
    shown: Callable[[Line], wire.Json],
) -> AsyncIterator[str]:
    with WAITS.one(grant.number, session_named(request)):
        yield begin
        await give_thread_back()
        async with following().plan(plan.namespace) as news:
            checked = monotonic()
            while True:
                lines = await to_thread(_later, plan, since)
                if monotonic() - checked >= (TRUSTED_FOR if lines else ALIVE_EVERY):
                    if not await database_sync_to_async(token_works)(request):
                        return
                    await give_thread_back()
                    checked = monotonic()
                    yield _ALIVE
                if lines is None:
                    yield _GONE
                    return
                for first in range(0, len(lines), _AT_ONCE):
                    yield "".join(_event(line, shown) for line in lines[first : first + _AT_ONCE])
                since = lines[-1].rev if lines else since
                await news.wait(ALIVE_EVERY)


def _later(plan: Plan, since: int) -> list[Line] | None:
    """List what came since; None where this plan is gone, or another one has its name."""
    try:
        epoch = desk().store.read(plan.namespace).plan.epoch
        if plan.epoch not in {epoch, ""}:  # "": it had no journal yet when we began
            return None
        return desk().store.lines(plan.namespace, after=since)
    except PlanNotFound:
        return None


def _event(line: Line, shown: Callable[[Line], wire.Json]) -> str:
    return f"id: {line.rev}\ndata: {wire.encoded(shown(line))}\n\n"


def _last_event(request: HttpRequest, after: int) -> int:
    """Read where to go on: Last-Event-ID, else ``after``."""
    sent = request.headers.get("Last-Event-ID", "").strip()
    if not sent:
        return after
    if not (sent.isascii() and sent.isdecimal() and len(sent) < 10):  # noqa: PLR2004 - beyond any plan
        message = "Last-Event-ID is not a revision"
        raise WrongInput(message, advice="Send the id of the last event you have.")
    return int(sent)
