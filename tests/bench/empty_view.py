"""The API and, beside it, an empty view behind the same token: what any request costs at least."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from ninja import NinjaAPI

from plans.agents.http_api.asking import Bearer
from plans.people.tokens import issue
from plans.security.rates import WRITES
from plans.security.tokens import VERBS

if TYPE_CHECKING:
    from collections.abc import Mapping

_EMPTY = NinjaAPI(auth=Bearer(), urls_namespace="empty", openapi_url=None)


@_EMPTY.get("/nothing")
def nothing(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the shape of a view
    return HttpResponse()


urlpatterns = [path("api/empty/", _EMPTY.urls), path("", include("plans_site.urls"))]


class Pair:
    """A client of both."""

    def __init__(self) -> None:
        from django.conf import settings  # noqa: PLC0415 - they are ready by now

        settings.ROOT_URLCONF = __name__
        settings.ALLOWED_HOSTS = ["*"]
        WRITES.each.limit = WRITES.of_token.limit = 10**9
        _, token = issue(session="agent-1", plans=["*"], verbs=VERBS, now=0)
        self._client = Client(headers={"Authorization": f"Bearer {token}"})

    def empty(self) -> None:
        """Ask for nothing."""
        _must_be(self._client.get("/api/empty/nothing").status_code)

    def ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None, *, match: int | None = None
    ) -> None:
        """Send a request to the API."""
        headers = {"If-Match": str(match)} if match is not None else {}
        sent = b"" if body is None else msgspec.json.encode(body)
        answer = self._client.generic(method, f"/api/v1{path}", sent, "application/json", headers=headers)
        _must_be(answer.status_code)


def _must_be(status: int) -> None:
    if status >= 300:
        message = f"answered {status}"
        raise RuntimeError(message)
