"""Addresses of notices and webhooks."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.web.views import notices, webhooks

NOTICES: list[URLPattern] = [
    path("notices/", webhooks.notices, name="notices"),
    path("notices/asks/", notices.asks, name="notices-asks"),
    path("webhooks/", webhooks.add, name="webhooks"),
    path("webhooks/<int:number>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:number>/test/", webhooks.test, name="webhook-test"),
    path("webhooks/<int:number>/switch/", webhooks.switch, name="webhook-switch"),
    path("webhooks/<int:number>/take/", webhooks.take, name="webhook-take"),
    path("webhooks/<int:number>/secret/", webhooks.secret, name="webhook-secret"),
    path("webhooks/<int:number>/delete/", webhooks.delete, name="webhook-delete"),
    path("webhooks/<int:number>/again/<int:delivery>/", webhooks.again, name="webhook-again"),
]
