"""Scripts, styles and fonts as they were when the process started, at an address that names their content."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from django.core.handlers.asgi import ASGIHandler

    type Receive = Callable[[], Awaitable[Mapping[str, Any]]]
    type Send = Callable[[Mapping[str, Any]], Awaitable[None]]

LETTERS: Final = 12
FOR_EVER: Final = b"max-age=315360000, public, immutable"
KINDS: Final = {
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".svg": b"image/svg+xml",
    ".woff2": b"font/woff2",
}


def contents(folder: Path) -> dict[str, bytes]:
    """Read all files below a folder, by their path in it."""
    paths = sorted(found for found in folder.rglob("*") if found.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def fingerprint(files: Mapping[str, bytes]) -> str:
    """Name the content of files: the same on every machine that has the same ones."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:LETTERS]


class Assets:
    """Answers over HTTP what asks for one of the files; everything else is for the pages.

    They are sent from memory: a file that is replaced under a running board would be another content at
    the same address, half of it perhaps, and kept for ever by who got it.
    """

    def __init__(self, pages: ASGIHandler, *, files: Mapping[str, bytes], prefix: str) -> None:
        self._pages = pages
        self._files = {prefix + name: content for name, content in files.items()}

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        content = self._files.get(scope["path"])
        if content is None:
            await self._pages(scope, receive, send)
        elif scope["method"] in {"GET", "HEAD"}:
            await send(
                {"type": "http.response.start", "status": 200, "headers": _headers(scope["path"], content)}
            )
            await send({"type": "http.response.body", "body": content if scope["method"] == "GET" else b""})
        else:
            await send({"type": "http.response.start", "status": 405, "headers": [(b"allow", b"GET, HEAD")]})
            await send({"type": "http.response.body", "body": b""})


def _headers(path: str, content: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", KINDS.get(PurePosixPath(path).suffix, b"text/plain; charset=utf-8")),
        (b"content-length", b"%d" % len(content)),
        (b"cache-control", FOR_EVER),
    ]
