"""How a route is declared: what it takes and gives, and the headers and refusals that go with every one."""

from __future__ import annotations

from contextlib import nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Final

from ninja import Router

from plans.agents.http_api.representations import Refused, Stale
from plans.agents.http_api.turns import Turns
from plans.agents.http_api.versions import PATTERN

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

type SyncRoute = Callable[..., HttpResponseBase]
type Route = SyncRoute | Callable[..., Awaitable[HttpResponseBase]]
type Json = dict[str, object]

ROUTER: Final = Router()
TURNS: Final = Turns()

_SESSION: Final[Json] = {
    "in": "header",
    "name": "X-Planboard-Session",
    "description": "The session that acts. Needed where the token is for several.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]*$"},
}
_KEY: Final[Json] = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "The same key with the same request gives the same answer and changes nothing again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_IF_MATCH: Final[Json] = {
    "in": "header",
    "name": "If-Match",
    "description": "The ETag you read. A bare revision will do but for a plan that was made anew.",
    "schema": {"type": "string", "pattern": f'^("{PATTERN}"|{PATTERN})$'},
}
_IF_NONE_MATCH: Final[Json] = {
    "in": "header",
    "name": "If-None-Match",
    "description": "The ETag you have: 304 where nothing changed.",
    "schema": {"type": "string"},
}
_ETAG: Final[Json] = {
    "description": "The plan's revision, in quotes; of a plan made anew, with a mark of its own behind it.",
    "schema": {"type": "string", "pattern": '^".+"$'},
}
_RETRY: Final[Json] = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
_STRANGER: Final[Json] = {"description": "How to say who you are.", "schema": {"type": "string"}}
_ALWAYS: Final = (400, 401, 403, 404, 422, 503)
_WITH_A_BODY: Final = (408, 413, 415, 429)


def reads(
    path: str, answer: object, *, etag: bool = True, more: tuple[int, ...] = ()
) -> Callable[[Route], Route]:
    """Declare a route that reads."""
    answers = {200: answer, **({304: None} if etag else {}), **_refusals(*_ALWAYS, *more)}
    headers = [_IF_NONE_MATCH] if etag else []
    extra = {"parameters": headers, "responses": _headers(200, *more, etag=etag)}
    return ROUTER.get(path, response=answers, openapi_extra=extra)


def posts(path: str, answer: object, *, status: int = 200) -> Callable[[SyncRoute], Route]:
    """Declare a route that does something; the same key does it once. Who changes a plan waits in line."""
    answers = {status: answer, 409: Stale, **_refusals(*_ALWAYS, *_WITH_A_BODY)}
    extra: Json = {"parameters": [_SESSION, _KEY, _IF_MATCH], "responses": _headers(status, 429, etag=True)}
    return _in_line(ROUTER.post(path, response=answers, openapi_extra=extra))


def patches(path: str, answer: object) -> Callable[[SyncRoute], Route]:
    """Declare a route that edits what was read."""
    return _in_line(ROUTER.patch(path, response=_edited(answer), openapi_extra=_edits(etag=True)))


def deletes(path: str, answer: object) -> Callable[[SyncRoute], Route]:
    """Declare a route that removes what was read."""
    return _in_line(ROUTER.delete(path, response=_edited(answer), openapi_extra=_edits(etag=False)))


def _in_line(declare: Callable[[Route], Route]) -> Callable[[SyncRoute], Route]:
    def declared(view: SyncRoute) -> Route:
        @wraps(view)
        def in_turn(request: HttpRequest, **asked: object) -> HttpResponseBase:
            namespace = asked.get("namespace")
            with TURNS.turn(namespace) if isinstance(namespace, str) else nullcontext():
                return view(request, **asked)

        return declare(in_turn)

    return declared


def _edited(answer: object) -> dict[int, object]:
    return {200: answer, 409: Stale, **_refusals(*_ALWAYS, *_WITH_A_BODY, 428)}


def _edits(*, etag: bool) -> Json:
    # The document asks for it; without it the answer is 428.
    needed: Json = {**_IF_MATCH, "required": True}
    return {"parameters": [_SESSION, needed], "responses": _headers(200, 429, etag=etag)}


def _refusals(*statuses: int) -> dict[int, object]:
    return dict.fromkeys(statuses, Refused)


def _headers(*statuses: int, etag: bool) -> dict[int, Json]:
    """Name the headers of answers, by status."""
    found: dict[int, Json] = {401: {"headers": {"WWW-Authenticate": _STRANGER}}}
    for status in statuses:
        if status == 429:  # noqa: PLR2004 - the status it is
            found[status] = {"headers": {"Retry-After": _RETRY}}
        elif etag:
            found[status] = {"headers": {"ETag": _ETAG}}
    return found
