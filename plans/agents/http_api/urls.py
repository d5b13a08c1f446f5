"""The API's addresses below ``/api/v1/``, loaded with the first request: boards start without them."""

from __future__ import annotations

from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, cast

from django.http import HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from plans.agents.http_api.answers import JSON
from plans.agents.http_api.api import api, document
from plans.agents.http_api.refusals import NoSuchAddress, NoSuchMethod, refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    type View = Callable[..., HttpResponseBase]
    type AsyncView = Callable[..., Awaitable[HttpResponseBase]]

_METHOD_NOT_ALLOWED = 405


def openapi(request: HttpRequest) -> HttpResponse:
    """Give the document that describes this API."""
    if request.method not in {"GET", "HEAD"}:
        return _not_allowed(request, HttpResponseNotAllowed(["GET", "HEAD"]))
    return HttpResponse(document(), content_type=JSON)


@csrf_exempt
def nothing(request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001 - the shape of a view
    """Answer for every address that is none."""
    return refused(request, NoSuchAddress(request.path))


def _in_our_form(view: View) -> View:
    """Answer a wrong method as everything else; ninja would in plain text."""
    if iscoroutinefunction(view):
        awaited = cast("AsyncView", view)

        @wraps(view)
        async def answered_later(
            request: HttpRequest, /, *args: object, **kwargs: object
        ) -> HttpResponseBase:
            return _not_allowed(request, await awaited(request, *args, **kwargs))

        return cast("View", answered_later)

    @wraps(view)
    def answered(request: HttpRequest, /, *args: object, **kwargs: object) -> HttpResponseBase:
        return _not_allowed(request, view(request, *args, **kwargs))

    return answered


def _not_allowed[A: HttpResponseBase](request: HttpRequest, answer: A) -> A | HttpResponse:
    if answer.status_code != _METHOD_NOT_ALLOWED:
        return answer
    said = refused(request, NoSuchMethod(request.method or ""))
    said["Allow"] = ", ".join(sorted(answer["Allow"].split(", ")))
    return said


def _wrapped(patterns: Iterable[object]) -> list[URLPattern]:
    found = [
        pattern for pattern in patterns if isinstance(pattern, URLPattern) and pattern.name != "api-root"
    ]
    return [
        URLPattern(one.pattern, _in_our_form(cast("View", one.callback)), one.default_args, one.name)
        for one in found
    ]


urlpatterns = [
    path("openapi.json", csrf_exempt(_in_our_form(openapi))),
    *_wrapped(api().urls[0]),
    re_path(r"^(?P<rest>.*)$", nothing),
]
