"""The HTTP API for agents: one more face of the same actions, by the rules of every door."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, cast

import msgspec
from ninja import NinjaAPI
from ninja.parser import Parser

from plans.actions.strict_json import read_json
from plans.agents.http_api.asking import Bearer
from plans.agents.http_api.refusals import refusals_answered
from plans.agents.http_api.routing import ROUTER

if TYPE_CHECKING:
    from django.http import HttpRequest
    from ninja.operation import Operation
    from ninja.types import DictStrAny

PREFIX: Final = "/api/v1/"
_ROUTES: Final = ("plans", "steps", "working", "waiting", "proving", "events")
_ABOUT: Final = """\
Plans and their steps, for agents. Send a token of this board as `Authorization: Bearer …`, and your session
in `X-Planboard-Session` where the token is for several.

Every answer names the plan's `revision`, and has it as its ETag. An edit sends it back as `If-Match`; one of
something that changed since is refused (409) with what there is now. Send an `Idempotency-Key` with a POST,
and you may send it again: the answer is the same, and nothing is done twice.

A refusal says what happened and what to do: `{"error": {"code", "message", "advice"}}`. Bodies are at most
1 MiB of UTF-8 JSON, not compressed; a session may write 60 times a minute, heartbeats apart. Only people
decide: no token approves anything."""


class StrictParser(Parser):
    """JSON in which nothing may mean two things."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """Read a body. Raises WrongInput, TooLarge."""
        return cast("DictStrAny", read_json(request.body, what="The body"))  # pydantic says what it is


class BoardAPI(NinjaAPI):
    """Ninja with short names for its operations."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation by its function, as the tools of MCP are."""
        return operation.view_func.__name__


@cache
def api() -> BoardAPI:
    """Give the API with all its routes."""
    made = BoardAPI(
        title="Planboard",
        version=version("planboard"),
        description=_ABOUT,
        openapi_url=None,
        docs_url=None,
        auth=Bearer(),
        parser=StrictParser(),
        urls_namespace="api",
        servers=[{"url": "/"}],
    )
    refusals_answered(made)
    for name in _ROUTES:
        import_module(f"plans.agents.http_api.{name}")
    made.add_router("", ROUTER)
    return made


@cache
def document() -> bytes:
    """Write the OpenAPI document."""
    return msgspec.json.encode(api().get_openapi_schema(path_prefix=PREFIX))
