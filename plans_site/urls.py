"""Every page's address. Where there is none, Django shows templates/404.html and its sisters."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

from plans.web.views import api_docs


def _document() -> bytes:
    """Write the API's document: what is in it only its own room knows, how it looks only the pages' does."""
    written: bytes = import_module("plans.agents.http_api.api").document()
    return written


# Named, not included: the API is loaded by the first request for it, and the board opens without it.
_API = URLResolver(RoutePattern("api/v1/"), "plans.agents.http_api.urls")

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/docs", api_docs.docs, {"document": _document}, name="api-docs"),
    _API,
    path("", include("plans.web.urls")),
]
handler403 = "plans.web.views.not_allowed.not_allowed"
handler500 = "plans.web.views.broken.broken"
