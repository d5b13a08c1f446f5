"""Every socket's address."""

from __future__ import annotations

from channels.routing import URLRouter
from channels.sessions import SessionMiddlewareStack
from django.urls import path, re_path

from plans.web.consumers import BoardConsumer, InboxConsumer, Nowhere

sockets = SessionMiddlewareStack(
    URLRouter(
        [
            path("ws/plans/<str:namespace>/", BoardConsumer.as_asgi()),
            path("ws/inbox/", InboxConsumer.as_asgi()),
            re_path("", Nowhere.as_asgi()),
        ]
    )
)
