"""Every page's address. Where there is none, Django shows templates/404.html and its sisters."""

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

# Named, not included: the API is loaded by the first request for it, and the board opens without it.
_API = URLResolver(RoutePattern("api/v1/"), "plans.agents.http_api.urls")

urlpatterns: list[URLPattern | URLResolver] = [_API, path("", include("plans.web.urls"))]
handler403 = "plans.web.views.not_allowed.not_allowed"
handler500 = "plans.web.views.broken.broken"
