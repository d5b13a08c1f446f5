"""The headers every answer carries: pages, static files, 404, 500 and refusals alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from plans.metrics import figures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asgiref.typing import ASGISendCallable, ASGISendEvent

# The settings give this to Django's own CSP middleware, so both walls say the same.
CONTENT_SECURITY_POLICY: Final[dict[str, tuple[str, ...]]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'",),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
    "object-src": ("'none'",),
    "frame-ancestors": ("'none'",),
}
# With `no-referrer` browsers send `Origin: null` on form posts, which we refuse.
REFERRER_POLICY: Final = "same-origin"
OPENER_POLICY: Final = "same-origin"
RESOURCE_POLICY: Final = "same-origin"
# Names, titles and notes must not stay in a shared browser's disk cache; static files say their own.
PRIVATE_CACHE: Final = "no-store"

_POLICY: Final = "; ".join(
    f"{directive} {' '.join(sources)}" for directive, sources in CONTENT_SECURITY_POLICY.items()
)
SECURITY_HEADERS: Final = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", REFERRER_POLICY.encode()),
    (b"cross-origin-opener-policy", OPENER_POLICY.encode()),
    (b"cross-origin-resource-policy", RESOURCE_POLICY.encode()),
    (b"cache-control", PRIVATE_CACHE.encode()),
)


def secured(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers with the missing ones added; what the application chose stays single."""
    kept = list(headers)
    named = {name.lower() for name, _ in kept}
    return kept + [(name, value) for name, value in SECURITY_HEADERS if name not in named]


class SecuredSend:
    """An ASGI `send` that completes the headers of every response, and knows whether one started."""

    def __init__(self, send: ASGISendCallable) -> None:
        self._send = send
        self.has_started = False

    async def __call__(self, event: ASGISendEvent) -> None:
        if event["type"] == "http.response.start":
            self.has_started = True
            figures.RESPONSES.add(str(event["status"]))
            event = {**event, "headers": secured(event.get("headers", ()))}
        await self._send(event)
