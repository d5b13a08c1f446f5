"""Every page's address. Where there is none, Django shows templates/404.html and its sisters."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("plans.web.urls"))]
handler403 = "plans.web.views.not_allowed.not_allowed"
handler500 = "plans.web.views.broken.broken"
