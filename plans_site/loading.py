"""What boards do without is loaded by the first request that needs it, beside the loop: nobody else waits."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, Scope


class LoadedLate:
    """An application one of whose parts is imported when somebody asks for it first."""

    def __init__(self, app: Callable[..., Awaitable[None]], *, prefix: str, module: str) -> None:
        self._app, self._prefix, self._module = app, prefix, module
        self._is_loaded = False

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if not self._is_loaded and scope["type"] == "http" and scope["path"].startswith(self._prefix):
            await asyncio.to_thread(import_module, self._module)
            self._is_loaded = True
        await self._app(scope, receive, send)
